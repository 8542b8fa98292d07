"""One change of one entity, as projectors are shown it."""

import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import NamedTuple

from foldline import wire
from foldline.event import Event, Position
from foldline.fold.entity import Change
from foldline.functions.application import LoadedTopic
from foldline.log.port import Headers
from foldline.state.entities import decode
from foldline.state.headers import unpack


class Step(NamedTuple):
    """A change as it is stored: what a projector's event is made from."""

    topic: str
    id: str
    before: bytes | None
    """The record's value before; None: there was no entity."""
    value: bytes | None
    headers: Headers
    partition: int
    origin: int
    time: int

    def event(self, topics: Mapping[str, LoadedTopic]) -> Event:
        """The event; raises Unreadable."""
        topic = topics[self.topic]
        return Event(
            topic=self.topic,
            id=self.id,
            before=decode(topic, self.id, self.before),
            after=decode(topic, self.id, self.value),
            position=Position(topic.declared.spec.name, self.partition, self.origin),
            time=event_time(self.headers, self.time),
        )


def step_of_change(change: Change) -> Step:
    """A record that became its entity's head."""
    record = change.record
    return Step(
        change.topic,
        change.id,
        change.before,
        record.value,
        record.headers,
        record.partition,
        change.origin,
        record.time,
    )


def step_of_row(row: sqlite3.Row, before: bytes | None) -> Step:
    """A row of the entities, or of the parked events."""
    return Step(
        row["topic"],
        row["id"],
        before,
        row["value"],
        unpack(row["headers"]),
        row["partition"],
        row["origin"],
        row["time"],
    )


def event_time(headers: Headers, time: int) -> datetime:
    """When an event happened: its `ce_time`, else its record's time (milliseconds). UTC."""
    with suppress(ValueError, OverflowError):
        if stated := wire.text_header(headers, wire.TIME):
            moment = datetime.fromisoformat(stated)  # one without a zone is read alike on hosts in all zones
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return datetime.fromtimestamp(time / 1000, UTC)
