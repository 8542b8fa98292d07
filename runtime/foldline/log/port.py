"""The port to the log: what Foldline needs of Kafka, and what the embedded log gives as well."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from foldline.errors import LogError

Headers = Sequence[tuple[str, bytes | None]]
"""A record's headers, in order; a name may stand more than once."""

Failed = Callable[[LogError], None]
"""Called, from a thread of the log's, when a record was not written or may not have been."""


class Partition(NamedTuple):
    """One partition of a topic; `topic` is the log's name of it (`eventbus.products`)."""

    topic: str
    number: int


class Record(NamedTuple):
    """One record as the log holds it."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers
    time: int
    """Milliseconds since 1970, UTC, as the log gives it."""


class Message(Protocol):
    """A record as a reader gives it: each part is read when it is asked for, and is what a Record's field is.

    Kafka's client gives such, and a replay wants little of most of them: to make a Record of each would be a fifth of
    its time.
    """

    def topic(self) -> str: ...

    def partition(self) -> int: ...

    def offset(self) -> int: ...

    def key(self) -> bytes | None: ...

    def value(self) -> bytes | None: ...

    def headers(self) -> Headers | None:
        """None where a Record has an empty sequence."""
        ...

    def timestamp(self) -> tuple[int, int]:
        """Whose clock it is from, by Kafka's number, and a Record's time."""
        ...


class Bounds(NamedTuple):
    """What a partition holds: offsets from `first` up to, not including, `end` (the last stable offset)."""

    first: int
    end: int


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """A topic as it is to be created."""

    name: str
    partitions: int
    replication: int = 1
    config: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TopicInfo:
    """A topic as it is."""

    name: str
    identity: str
    """Another topic of the same name, made later, has another identity."""
    partitions: int
    replication: int
    config: Mapping[str, str]
    """Every setting in force, by Kafka's name of it."""


class Reader(Protocol):
    """Reads on, from given offsets, for ever. Used by one thread at a time."""

    def poll(self, timeout: float, limit: int) -> Sequence[Message]:
        """Wait up to `timeout` seconds for records, then give at most `limit` of what is there, at once.

        A partition's records come in order; partitions take turns. While the log is out of reach, nothing comes;
        nothing may also come early, where a position passed a gap, or somebody calls `wake`. Raises LogCut where the
        next record asked for is no longer, or not yet, on the log, and LogError where it may not be read.
        """
        ...

    def wake(self) -> None:
        """End the wait of a `poll`, if that can be done; for any thread."""
        ...

    def positions(self) -> Mapping[Partition, int]:
        """The next offset of each partition as of now: beyond what `poll` gave, and beyond gaps without records."""
        ...

    def last(self) -> Mapping[Partition, Message]:
        """The last message that `poll` gave of each partition; none of one that gave nothing."""
        ...

    def close(self) -> None:
        """Let go of connections and threads."""
        ...


class Log(Protocol):
    """Where topics live. Safe to use from many threads. Every call but `append` raises LogError on failure."""

    def append(self, topic: str, key: bytes, value: bytes, headers: Headers, failed: Failed) -> None:
        """Hand a record over for writing and return at once; order is kept for each key.

        The key decides the partition (murmur2, as Kafka's Java clients do). Success is seen by reading the record;
        once it can be read it is durable. Raises LogError where the record cannot be taken at all.
        """
        ...

    def flush(self, timeout: float) -> bool:
        """Wait until every record handed over is written or has failed; False: not within `timeout` seconds."""
        ...

    def read_on(self, starts: Mapping[Partition, int]) -> Reader:
        """Read the partitions from these offsets on; raises LogError for one that does not exist.

        A start before the first record kept, or after the end, raises LogCut in `poll`.
        """
        ...

    def read(self, partition: Partition, start: int, limit: int, timeout: float = 5.0) -> list[Record]:
        """The first `limit` records kept at or after offset `start`; fewer where the partition ends."""
        ...

    def bounds(self, partitions: Iterable[Partition], timeout: float = 5.0) -> Mapping[Partition, Bounds]:
        """First and end offset of each."""
        ...

    def describe(self, topics: Iterable[str], timeout: float = 5.0) -> Mapping[str, TopicInfo]:
        """The topics that exist, by name; what does not exist is left out."""
        ...

    def create(self, specs: Iterable[TopicSpec], timeout: float = 10.0) -> None:
        """Create topics, and return once they can be used. One that exists already stays as it is.

        Raises LogError for one that the log refuses.
        """
        ...

    def close(self) -> None:
        """Flush (a few seconds at most) and let go of connections, files and threads."""
        ...
