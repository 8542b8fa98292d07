"""The log as those who look after it meet it: opened, its topics found, and read through."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from foldline.errors import LogError, NotFound
from foldline.log.open import open_log
from foldline.log.port import Bounds, Log, Partition, Reader, Record, TopicInfo
from foldline.log.records import record_of
from foldline.nearest import nearest
from foldline.settings import Settings
from foldline.topology import Topology

Told = Callable[[int], None]
"""Called with the number of offsets that were passed since it was called last."""

Ranges = Mapping[Partition, Bounds]
"""Which offsets of which partitions."""

_AT_ONCE = 1_000
_GLANCE = 0.2
"""Seconds that a poll waits, so that Ctrl-C is heeded soon."""
_PATIENCE = 30.0
"""Seconds for which records that are there may not come."""
_STARVED = 5.0
"""The same, where it is better to begin anew than to give up."""


def is_made(settings: Settings) -> bool:
    """Whether there is a log to open; False for an embedded one that nobody has made yet."""
    path = settings.log.removeprefix("sqlite:")
    return path == settings.log or Path(path).exists()


def open_existing(settings: Settings) -> Log:
    """Open the log that the settings name. Raises LogError where it is not made yet."""
    if not is_made(settings):
        path = settings.log.removeprefix("sqlite:")
        raise LogError(
            f"there is no log at {path} yet; `foldline topics create` makes one, and so does `foldline serve`"
        )
    return open_log(settings.log, settings.kafka, "foldline.cli")


def find_topic(log: Log, topology: Topology, name: str) -> TopicInfo:
    """A topic by its name in topics.yaml, or by the log's name of it; raises NotFound."""
    declared = topology.topics.get(name)
    on_log = name if declared is None else declared.spec.name
    info = log.describe([on_log]).get(on_log)
    if info is not None:
        return info
    if on_log in {topic.spec.name for topic in topology.topics.values()}:
        raise NotFound(f"{on_log} is not on the log; `foldline topics create` makes what is missing")
    raise NotFound(f"there is no topic {name}{nearest(name, topology.topics)}")


def find_topics(log: Log, topology: Topology, names: Sequence[str]) -> Sequence[TopicInfo]:
    """The topics of these names; none given: all of topics.yaml that are there. Raises NotFound."""
    if names:
        return [find_topic(log, topology, name) for name in dict.fromkeys(names)]
    infos = log.describe([topic.spec.name for topic in topology.topics.values()])
    if not infos:
        raise NotFound("none of the topics of topics.yaml is on the log; `foldline topics create` makes them")
    return list(infos.values())


def partitions_of(*topics: TopicInfo) -> list[Partition]:
    """Every partition of these topics."""
    return [Partition(topic.name, number) for topic in topics for number in range(topic.partitions)]


def size_of(ranges: Ranges) -> int:
    """How many offsets these are: as many records, or more where compaction took some."""
    return sum(max(end - first, 0) for first, end in ranges.values())


def scan(log: Log, ranges: Ranges, told: Told = lambda _: None) -> Iterator[Record]:
    """The records of these ranges; each partition's in order. Raises LogError where they do not come."""
    wanted = {partition: bounds for partition, bounds in ranges.items() if bounds.first < bounds.end}
    if not wanted:
        return
    with closing(log.read_on({partition: bounds.first for partition, bounds in wanted.items()})) as reader:
        left, fed = size_of(wanted), time.monotonic()
        while left:
            for record in map(record_of, reader.poll(_GLANCE, _AT_ONCE)):
                if record.offset < wanted[Partition(*record[:2])].end:
                    yield record
            still = size_of({at: Bounds(offset, wanted[at].end) for at, offset in reader.positions().items()})
            told(left - still)
            if still == left:
                _check_that_it_answers(log, wanted, fed)
            else:
                left, fed = still, time.monotonic()


def _check_that_it_answers(log: Log, ranges: Ranges, fed: float) -> None:
    log.bounds(ranges)
    if time.monotonic() - fed > _PATIENCE:
        topics = ", ".join(sorted({partition.topic for partition in ranges}))
        raise LogError(f"{topics}: the log gave none of the records that it holds for {_PATIENCE:g} s; try again")


def follow(log: Log, starts: Mapping[Partition, int], starved: float = _STARVED) -> Iterator[Record]:
    """Records from these offsets on, as they come, for ever.

    Where those that are there do not come for `starved` seconds, they are read by another connection: a Kafka client
    may have forgotten its last broker for good after a standstill.
    """
    while True:
        with closing(log.read_on(starts)) as reader:
            yield from _until_starved(log, reader, starved)
            starts = reader.positions()


def _until_starved(log: Log, reader: Reader, starved: float) -> Iterator[Record]:
    fed = time.monotonic()
    while True:
        messages = reader.poll(_GLANCE, _AT_ONCE)
        yield from map(record_of, messages)
        if messages:
            fed = time.monotonic()
        elif time.monotonic() - fed >= starved:
            if _holds_more(log, reader.positions()):
                return
            fed = time.monotonic()


def _holds_more(log: Log, positions: Mapping[Partition, int]) -> bool:
    try:
        return any(end > positions[partition] for partition, (_, end) in log.bounds(positions).items())
    except LogError:  # out of reach, which its clients tell of themselves
        return False


def newest(log: Log, ranges: Ranges, count: int, wanted: Callable[[Record], bool]) -> Sequence[Record]:
    """The last `count` records that are wanted, in the order of their times."""
    found = [record for at, bounds in ranges.items() for record in _newest_of(log, at, bounds, count, wanted)]
    return sorted(found, key=lambda record: record.time)[-count:] if count else []


def _newest_of(
    log: Log, partition: Partition, bounds: Bounds, count: int, wanted: Callable[[Record], bool]
) -> Sequence[Record]:
    found: list[Record] = []
    end, stretch = bounds.end, count
    while len(found) < count and end > bounds.first:
        start = max(end - stretch, bounds.first)
        records = log.read(partition, start, end - start, _PATIENCE)
        found[:0] = [record for record in records if record.offset < end and wanted(record)]
        end, stretch = start, min(2 * stretch, _AT_ONCE)
    return found[-count:] if count else []
