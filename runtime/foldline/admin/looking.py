"""The records of some topics, as rows: those that match."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from foldline.admin.filters import Filter
from foldline.admin.logs import Ranges, Told, follow, newest, partitions_of, scan
from foldline.admin.records import row_of
from foldline.admin.starts import Start, starts
from foldline.errors import NotFound
from foldline.event import Position
from foldline.log.port import Bounds, Log, Partition, Record, TopicInfo
from foldline.table import Row


class Look(NamedTuple):
    """A look at some topics."""

    log: Log
    topics: Sequence[TopicInfo]
    filters: Sequence[Filter] = ()
    """All of which a record has to match."""

    def ranges(self) -> Ranges:
        """What the topics hold now."""
        return self.log.bounds(partitions_of(*self.topics))

    def since(self, start: Start) -> Ranges:
        """What they hold now from `start` on."""
        ranges = self.ranges()
        return {
            partition: Bounds(first, ranges[partition].end)
            for partition, first in starts(self.log, ranges, start).items()
        }

    def last(self, ranges: Ranges, count: int) -> Iterator[Row]:
        """The last `count` that match, in the order of their times."""
        return self._rows(newest(self.log, ranges, count, lambda record: any(self._rows([record]))))

    def within(self, ranges: Ranges, told: Told = lambda _: None) -> Iterator[Row]:
        """All that match; each partition's in order."""
        return self._rows(scan(self.log, ranges, told))

    def live(self, begin: Mapping[Partition, int]) -> Iterator[Row]:
        """Those that match from these offsets on, as they come, for ever."""
        return self._rows(follow(self.log, begin))

    def _rows(self, records: Iterable[Record]) -> Iterator[Row]:
        partitions = {topic.name: topic.partitions for topic in self.topics}
        for record in records:
            row = row_of(record, partitions[record.topic])
            if all(condition.matches(row) for condition in self.filters):
                yield row


def row_at(log: Log, topic: TopicInfo, position: Position) -> Row:
    """The record at a position of the topic; raises NotFound that says why there is none."""
    partition = Partition(topic.name, position.partition)
    if position.partition >= topic.partitions:
        raise NotFound(f"{topic.name} has no partition {position.partition}, only {topic.partitions}")
    first, end = log.bounds([partition])[partition]
    if position.offset >= end:
        raise NotFound(f"there is no {position} yet: the partition ends at {end}")
    found = log.read(partition, position.offset, 1)
    if found and found[0].offset == position.offset:
        return row_of(found[0], topic.partitions)
    if position.offset < first:
        raise NotFound(f"there is no {position} any more: the partition begins at {first}")
    raise NotFound(f"there is no record at {position}: compaction took it, or a transaction's mark is there")
