"""What happened to one entity, as far as the log still holds it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from foldline import jsontext, wire
from foldline.errors import Malformed
from foldline.event import Position
from foldline.fold.candidates import Candidate, read
from foldline.fold.heads import NO_HEAD, becomes_head
from foldline.fold.steps import event_time
from foldline.functions.application import LoadedTopic
from foldline.log.port import Headers, Log, Partition
from foldline.state.entities import StoredHead
from foldline.state.headers import unpack
from foldline.times import time_text

_STRETCH = 2_000
"""Records looked through for what came before a record that does not say what it follows."""

PLACE = "(at|before)-([0-9]{1,18})"
"""What a page's `after` looks like."""


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Some of an entity's events, newest first."""

    events: Sequence[Mapping[str, Any]]
    """Each: position, type (the function's name), time, removed, entity."""
    after: str | None
    """Where the next page goes on; None: no more."""
    end: str
    """Why it ends here. `limit`: there is more. `start`: the entity began here. `compacted`: the log no longer holds
    what came before. `foreign`: what came before another producer's record is not near it."""


class _Happened(NamedTuple):
    """A record that was the entity's head once."""

    offset: int
    follows: int | None
    """None: it does not say."""
    value: bytes | None
    headers: Headers
    time: int


def history(log: Log, topic: LoadedTopic, head: StoredHead, after: str | None, limit: int) -> HistoryPage:
    """Follow the entity's records back from its head, or from where an earlier page ended. Raises Malformed."""
    trail = _Trail(log, topic, head)
    happened, end = trail.newest() if after is None else trail.resume(after)
    events: list[Mapping[str, Any]] = []
    place = after
    while happened is not None and len(events) < limit:
        events.append(trail.describe(happened))
        place = trail.before(happened)
        happened, end = (None, "start") if place is None else trail.resume(place)
    return HistoryPage(events, None if happened is None else place, end if happened is None else "limit")


class _Trail:
    """One entity's records, from the newest back."""

    def __init__(self, log: Log, topic: LoadedTopic, head: StoredHead) -> None:
        self._log = log
        self._topic = topic
        self._head = head
        self._partition = Partition(topic.declared.spec.name, head.partition)

    def newest(self) -> tuple[_Happened, str]:
        """The head, from the state: its record may be compacted away where a repair stands for it."""
        head, headers = self._head, unpack(self._head.headers)
        says = head.follows if wire.text_header(headers, wire.FOLLOWS) is not None else None
        return _Happened(head.origin, says, head.value, headers, head.time), "limit"

    def before(self, happened: _Happened) -> str | None:
        """Where what came before a record is to be looked for; None: nothing came before it."""
        if happened.follows is None:
            return f"before-{happened.offset}"
        return None if happened.follows < 0 else f"at-{happened.follows}"

    def resume(self, place: str) -> tuple[_Happened | None, str]:
        """What is found there; where there is nothing, why."""
        match = re.fullmatch(PLACE, place)
        if match is None:
            raise Malformed(f"{place!r} is no place in a history; use the one that an answer gave")
        offset = int(match[2])
        return self._at(offset) if match[1] == "at" else self._last_before(offset)

    def describe(self, happened: _Happened) -> Mapping[str, Any]:
        payload = wire.read_payload(self._head.id, happened.value)
        text = None if payload is None else payload.text
        return {
            "position": str(Position(*self._partition, happened.offset)),
            "type": wire.text_header(happened.headers, wire.TYPE),
            "time": time_text(event_time(happened.headers, happened.time)),
            "removed": payload is not None and payload.removed,
            "entity": None if text is None else jsontext.decode(text),
        }

    def _at(self, offset: int) -> tuple[_Happened | None, str]:
        for candidate in self._read(offset, 1):
            if candidate.record.offset == offset and candidate.id == self._head.id:
                return _happened(candidate), "limit"
        return None, "compacted"

    def _last_before(self, offset: int) -> tuple[_Happened | None, str]:
        """The head among the records of a stretch before `offset`."""
        start = max(offset - _STRETCH, 0)
        head, found, kept = NO_HEAD, None, 0
        for candidate in self._read(start, offset - start):
            if candidate.record.offset >= offset:
                break
            kept += 1
            if candidate.id == self._head.id and candidate.placed and becomes_head(candidate.placed, head):
                head, found = candidate.placed.head, candidate
        if found is not None:
            return _happened(found), "limit"
        if start > 0:
            return None, "foreign"
        return None, "start" if kept == offset else "compacted"

    def _read(self, start: int, limit: int) -> Sequence[Candidate]:
        records = self._log.read(self._partition, start, limit) if limit else []
        return [read(self._topic.declared.name, record) for record in records]


def _happened(candidate: Candidate) -> _Happened:
    record = candidate.record
    says = candidate.placed.head.follows if candidate.placed and wire.FOLLOWS in candidate.headers else None
    origin = candidate.placed.head.origin if candidate.placed else record.offset
    return _Happened(origin, says, record.value, record.headers, record.time)
