"""One partition of a compacted topic, as Kafka keeps it, on a clock that only the world moves.

Time is counted in halves of the compaction lag: what is older than `LAG` may be compacted.
"""

from dataclasses import dataclass, field

LAG = 2
HALF_LAG = 1


@dataclass(frozen=True, slots=True)
class Set:
    """The entity is this: the names of the requests that made it, in order."""

    requests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Remove:
    """The entity is gone; it was this."""

    requests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Garbage:
    """Bytes that are no envelope."""


Value = Set | Remove | Garbage | None


@dataclass(frozen=True, slots=True)
class Message:
    """What a writer sends; a foreign one has an entity and a value, and nothing else."""

    entity: str
    value: Value
    id: str | None = None
    follows: int | None = None
    repairs: int | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """What the log makes of it."""

    offset: int
    time: int
    message: Message


@dataclass
class Log:
    """Records in order. `everything` is what the verdict looks at; replicas read what compaction left."""

    now: int = 0
    everything: list[Record] = field(default_factory=list)
    kept: list[Record] = field(default_factory=list)

    @property
    def end(self) -> int:
        return len(self.everything)

    def append(self, message: Message) -> None:
        record = Record(self.end, self.now, message)
        self.everything.append(record)
        self.kept.append(record)

    def read(self, position: int) -> Record | None:
        """The first record that is kept at or after the position."""
        return next((record for record in self.kept if record.offset >= position), None)

    def compact(self, upto: int) -> bool:
        """Keep only each entity's last record below offset `upto`, and no null; whether that took anything away.

        `upto` is where a segment ends. A segment is left alone while anything in it is younger than the lag, and the
        last one always. A null goes at once: the worst that `delete.retention.ms` allows.
        """
        old = [record for record in self.kept if record.offset < upto]
        if upto >= self.end or any(self.now - record.time <= LAG for record in old):
            return False
        last = {record.message.entity: record for record in old}
        lasting = [record for record in last.values() if record.message.value is not None]
        before = len(self.kept)
        self.kept = sorted(lasting, key=lambda record: record.offset) + self.kept[len(old) :]
        return len(self.kept) < before
