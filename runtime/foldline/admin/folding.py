"""One partition decided by the rule of fold/heads.py, as every reader decides it, without its values in memory."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from foldline import wire
from foldline.admin.logs import Ranges, Told, scan
from foldline.admin.records import dead_reason
from foldline.fold.candidates import read
from foldline.fold.heads import NO_HEAD, Head, becomes_head
from foldline.log.port import Log, Partition, Record

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


class Accepted:
    """What counts of a topic: the events that made its entities what they are, each once, in each partition's order.

    Reads it twice, and at most what it holds now; that is to take less time than compaction waits
    (min.compaction.lag.ms).
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
        for partition in self._ranges:
            refuted = {verdict.refutes for _, verdict in self._decided(partition)}
            for record, verdict in self._decided(partition):
                outcome: Outcome = "lost" if record.offset in refuted else verdict.outcome
                self.outcomes[outcome] += 1
                if outcome == "accepted":
                    yield record

    def _decided(self, partition: Partition) -> Iterator[tuple[Record, Verdict]]:
        fold = PartitionFold(self._partitions)
        for record in scan(self._log, {partition: self._ranges[partition]}, self._told):
            yield record, fold.decide(record)
