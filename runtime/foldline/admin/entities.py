"""Entities, folded straight from the log: no service need run."""

from collections.abc import Iterator
from typing import NamedTuple

from foldline import jsontext, wire
from foldline.admin.folding import PartitionFold, Verdict, judge
from foldline.admin.logs import Ranges, Told, partitions_of, scan
from foldline.errors import Malformed, NotFound, Unreadable
from foldline.event import Entity, Position
from foldline.fold.steps import event_time
from foldline.functions.application import LoadedTopic
from foldline.log.partitioner import partition_of
from foldline.log.port import Bounds, Log, Partition, Record, TopicInfo
from foldline.state.entities import decode
from foldline.table import Row
from foldline.times import time_text


class Found(NamedTuple):
    """An entity, and the event that made it what it is."""

    entity: Entity
    event: Row


class TopicReading(NamedTuple):
    """A topic on the log, and how its entities are read."""

    log: Log
    info: TopicInfo
    code: LoadedTopic

    def whole(self) -> Ranges:
        """All that the topic holds now."""
        return self.log.bounds(partitions_of(self.info))

    def where(self, id: str, at: Position | None = None) -> Ranges:
        """The partition that the id lives in, up to its end or to the record at `at`, with it. Raises Malformed."""
        partition = Partition(self.info.name, partition_of(id.encode(), self.info.partitions))
        if at is not None and at.topic == self.code.declared.name:
            at = at._replace(topic=self.info.name)
        return {partition: _up_to(self.log.bounds([partition])[partition], partition, at)}

    def entity(self, id: str, ranges: Ranges, told: Told = lambda _: None) -> Found:
        """The entity as these ranges make it. Raises NotFound, Unreadable."""
        fold, last = PartitionFold(self.info.partitions), None
        for record in self._records(id, ranges, told):
            verdict = fold.decide(record)
            if verdict.outcome == "accepted":
                last = record, verdict
        if last is None:
            raise self._nothing(id)
        event = _event(id, *last)
        entity = decode(self.code, id, last[0].value)
        if entity is None:
            raise NotFound(f"{self.code.declared.name} {id!r} was removed by {event['position']}.", id=id)
        return Found(entity, event)

    def history(self, id: str, ranges: Ranges, told: Told = lambda _: None) -> list[Row]:
        """All records of the entity that the log still holds, oldest first, each with what became of it (`outcome`).

        Raises NotFound where there are none.
        """
        records = list(self._records(id, ranges, told))
        if not records:
            raise self._nothing(id)
        return [_event(id, record, verdict) for record, verdict in judge(lambda: records, self.info.partitions)]

    def entities(self, ranges: Ranges, told: Told = lambda _: None) -> Iterator[Entity]:
        """All entities, those that were changed last at the end of each partition. Leaves out what cannot be read."""
        for partition, bounds in ranges.items():
            fold = PartitionFold(self.info.partitions)
            for record in scan(self.log, {partition: bounds}, told):
                fold.decide(record)
            for record in scan(self.log, {partition: bounds}, told):
                if fold.holds_head(record) and (entity := self._readable(record)) is not None:
                    yield entity

    def _readable(self, record: Record) -> Entity | None:
        try:
            return decode(self.code, wire.read_key(record.key), record.value)
        except Unreadable:
            return None

    def _nothing(self, id: str) -> NotFound:
        return NotFound(f"There is nothing with id {id!r} in {self.code.declared.name}.", id=id)

    def _records(self, id: str, ranges: Ranges, told: Told) -> Iterator[Record]:
        key = id.encode()
        return (record for record in scan(self.log, ranges, told) if record.key == key)


def _up_to(bounds: Bounds, partition: Partition, at: Position | None) -> Bounds:
    if at is None:
        return bounds
    if at[:2] != partition:
        raise Malformed(f"{at} is elsewhere: the entity lives in {partition.topic}-{partition.number}")
    if at.offset >= bounds.end:
        raise Malformed(f"{at} is not on the log yet: {partition.topic}-{partition.number} ends at {bounds.end}")
    return bounds._replace(end=at.offset + 1)


def _event(id: str, record: Record, verdict: Verdict) -> Row:
    """A record of the entity as its history shows it."""
    origin = verdict.origin if verdict.outcome == "accepted" else record.offset
    row = {
        "position": str(Position(record.topic, record.partition, origin)),
        "type": wire.text_header(record.headers, wire.TYPE),
        "time": time_text(event_time(record.headers, record.time)),
    }
    if verdict.outcome == "dead":
        return row | {"removed": False, "entity": None, "outcome": verdict.outcome, "reason": verdict.reason}
    payload = wire.read_payload(id, record.value)
    text = None if payload is None else payload.text
    removed = payload is not None and payload.removed
    entity = None if text is None else jsontext.decode(text)
    return row | {"removed": removed, "entity": entity, "outcome": verdict.outcome, "reason": None}
