"""One partition decided by the rule of fold/heads.py, as every reader decides it, without its values in memory."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Literal, NamedTuple

from foldline import wire
from foldline.admin.logs import Ranges, Told, scan
from foldline.admin.records import dead_reason
from foldline.fold.candidates import read
from foldline.fold.heads import NO_HEAD, Head, becomes_head
from foldline.log.port import Log, Record

Outcome = Literal["accepted", "repair", "lost", "dead"]
"""What became of a record. A `repair` is a copy of what the entity was already."""

_LEFT_OUT: tuple[Outcome, ...] = ("lost", "repair", "dead")


class Verdict(NamedTuple):
    """What the rule says of a record."""

    outcome: Outcome
    origin: int
    """Where the event was first written: elsewhere, if a repair stands for it."""
    reason: str | None = None
    """Why it is dead."""
    refutes: int | None = None
    """Offset of a record that was taken for the head before, and was none: what it had lost to was compacted away."""


class _Known(NamedTuple):
    """An entity so far."""

    head: Head
    offset: int
    """Of the record that its head comes from."""
    removed: bool
    value: int
    """A hash of the head's value."""


_NOTHING = _Known(NO_HEAD, -1, removed=False, value=0)


class PartitionFold:
    """Takes a partition's records in order, from the first that the log keeps."""

    def __init__(self, partitions: int) -> None:
        """`partitions`: how many the topic has."""
        self._partitions = partitions
        self._known: dict[bytes | None, _Known] = {}

    def holds_head(self, record: Record) -> bool:
        """Whether an entity's present head comes from this record."""
        return self._known.get(record.key, _NOTHING).offset == record.offset

    def decide(self, record: Record) -> Verdict:
        """What becomes of the next record."""
        candidate = read(record.topic, record)
        placed, known = candidate.placed, self._known.get(record.key, _NOTHING)
        dead = dead_reason(candidate, self._partitions)
        if placed is None or dead is not None:
            return Verdict("dead", record.offset, reason=dead)
        head = placed.head
        if head != known.head and not becomes_head(placed, known.head):
            return Verdict("lost", head.origin)
        now = _Known(head, record.offset, candidate.kind == wire.REMOVED, hash(record.value))
        if head == known.head and (now.value == known.value or (now.removed and known.removed)):
            return Verdict("repair", head.origin)
        self._known[record.key] = now
        refutes = head.follows < known.head.origin != head.origin and wire.FOLLOWS in candidate.headers
        return Verdict("accepted", head.origin, refutes=known.offset if refutes else None)


def judge(records: Callable[[], Iterable[Record]], partitions: int) -> Iterator[tuple[Record, Verdict]]:
    """Each record with what became of it, in the light of those after it: so they are read twice.

    `records` gives all of a partition, or all of an entity; `partitions`: how many the topic has.
    """
    first, second = PartitionFold(partitions), PartitionFold(partitions)
    refuted = {first.decide(record).refutes for record in records()}
    for record in records():
        verdict = second.decide(record)
        yield record, verdict._replace(outcome="lost") if record.offset in refuted else verdict


class Accepted:
    """What counts of a topic: the events that made its entities what they are, each once, in each partition's order.

    Reads it twice; that is to take less time than compaction waits (min.compaction.lag.ms).
    """

    def __init__(self, log: Log, ranges: Ranges, partitions: int, told: Told) -> None:
        """`ranges` begin where the log does; `partitions`: how many the topic has."""
        self._log = log
        self._ranges = ranges
        self._partitions = partitions
        self._told = told
        self.outcomes: Counter[Outcome] = Counter()
        """How many records came to what, so far."""

    @property
    def left_out(self) -> Mapping[str, int]:
        """How many records do not count, by what became of them."""
        return {name: self.outcomes[name] for name in _LEFT_OUT}

    def __iter__(self) -> Iterator[Record]:
        for partition, bounds in self._ranges.items():
            records = partial(scan, self._log, {partition: bounds}, self._told)
            for record, verdict in judge(records, self._partitions):
                self.outcomes[verdict.outcome] += 1
                if verdict.outcome == "accepted":
                    yield record
