"""The log as those who look after it meet it."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from stand_ins import TOPIC, Bench, raised, topic, value

from foldline.admin.logs import find_topic, find_topics, follow, newest, open_existing, partitions_of, scan
from foldline.errors import LogCut, LogError, NotFound
from foldline.log.port import Bounds, Message, Partition, Reader
from foldline.log.sqlite import SqliteLog
from foldline.settings import Settings
from foldline.topology import Topology

THINGS, OTHERS = topic(partitions=2).declared, topic("others").declared
TOPOLOGY = Topology({"things": THINGS, "others": OTHERS}, {})


@pytest.fixture
def filled(bench: Bench) -> Bench:
    """Ten records, in two partitions."""
    bench.log.create([THINGS.spec])
    for n in range(10):
        bench.write(f"k{n}", value(n=n), time=n)
    return bench


def ranges_of(bench: Bench) -> Mapping[Partition, Bounds]:
    return bench.log.bounds(partitions_of(find_topic(bench.log, TOPOLOGY, "things")))


def test_a_topic_is_found_by_either_of_its_names(filled: Bench) -> None:
    assert find_topic(filled.log, TOPOLOGY, "things") == find_topic(filled.log, TOPOLOGY, TOPIC)


def test_a_topic_that_nobody_declared_is_found_if_it_is_there(filled: Bench) -> None:
    filled.log.create([topic("undeclared").declared.spec])
    assert find_topic(filled.log, TOPOLOGY, "t.undeclared").partitions == 1


def test_a_topic_that_is_not_there_is_told(filled: Bench) -> None:
    for name in ("others", "t.others"):
        error = raised(lambda name=name: find_topic(filled.log, TOPOLOGY, name))  # type: ignore[misc]
        assert "t.others is not on the log; `foldline topics create`" in error.message
    with pytest.raises(NotFound, match="there is no topic thing; did you mean things"):
        find_topic(filled.log, TOPOLOGY, "thing")


def test_no_names_are_all_topics_that_are_there(filled: Bench) -> None:
    assert [info.name for info in find_topics(filled.log, TOPOLOGY, ())] == [TOPIC]
    assert [info.name for info in find_topics(filled.log, TOPOLOGY, ("things", "things"))] == [TOPIC]


def test_where_no_topic_is_there_it_is_told(bench: Bench) -> None:
    with pytest.raises(NotFound, match="none of the topics"):
        find_topics(bench.log, TOPOLOGY, ())


def test_a_log_that_nobody_made_is_not_made_by_looking(tmp_path: Path) -> None:
    with pytest.raises(LogError, match="`foldline topics create` makes one"):
        open_existing(Settings(log=f"sqlite:{tmp_path / 'log.db'}"))
    assert list(tmp_path.iterdir()) == []


def test_a_scan_gives_what_its_ranges_hold_and_tells_of_each_offset(filled: Bench) -> None:
    told: list[int] = []
    ranges = {partition: Bounds(1, end - 1) for partition, (_, end) in ranges_of(filled).items()}
    found = [(record.partition, record.offset) for record in scan(filled.log, ranges, told.append)]
    assert sorted(found) == [(at.number, n) for at, (first, end) in sorted(ranges.items()) for n in range(first, end)]
    assert sum(told) == len(found)


def test_a_scan_of_nothing_ends(filled: Bench) -> None:
    assert list(scan(filled.log, {Partition(TOPIC, 0): Bounds(2, 2)})) == []


def test_a_scan_begins_where_the_log_does_or_says_so(filled: Bench) -> None:
    with pytest.raises(LogCut):
        list(scan(filled.log, {Partition(TOPIC, 0): Bounds(1_000, 1_001)}))


@pytest.mark.parametrize("count", [0, 1, 3, 10, 50])
def test_the_newest_are_the_last_that_are_wanted_in_the_order_of_their_times(filled: Bench, count: int) -> None:
    found = newest(filled.log, ranges_of(filled), count, lambda record: record.time % 2 == 0)
    assert [record.time for record in found] == [0, 2, 4, 6, 8][max(5 - count, 0) :]


def test_the_newest_are_looked_for_beyond_a_stretch_of_others(bench: Bench) -> None:
    bench.log.create([THINGS.spec])
    bench.write("wanted", value(), partition=0)
    for _ in range(40):
        bench.write("other", value(), partition=0)
    found = newest(bench.log, ranges_of(bench), 2, lambda record: record.key == b"wanted")
    assert [record.offset for record in found] == [0]


class Forgetful(SqliteLog):
    """A log whose first reader is given nothing, as a client of Kafka's may be after a standstill."""

    read_before = False

    def read_on(self, starts: Mapping[Partition, int]) -> Reader:
        if self.read_before:
            return super().read_on(starts)
        self.read_before = True
        return Silent(starts)


class Silent:
    def __init__(self, starts: Mapping[Partition, int]) -> None:
        self._starts = starts

    def poll(self, timeout: float, limit: int) -> Sequence[Message]:
        return []

    def positions(self) -> Mapping[Partition, int]:
        return self._starts

    def last(self) -> Mapping[Partition, Message]:
        return {}

    def wake(self) -> None:
        """Nobody waits."""

    def close(self) -> None:
        """There is nothing to let go of."""


def test_where_records_that_are_there_do_not_come_they_are_followed_anew(filled: Bench) -> None:
    partition = Partition(TOPIC, 0)
    with closing(Forgetful(filled.path)) as log:
        assert next(follow(log, {partition: 1}, starved=0.0)).offset == 1


def test_where_nothing_is_there_it_is_waited_for(filled: Bench) -> None:
    partition = Partition(TOPIC, 0)
    end = filled.log.bounds([partition])[partition].end
    with closing(Forgetful(filled.path)) as log:
        log.read_before = True
        following = follow(log, {partition: end}, starved=0.0)
        filled.write("late", value(), partition=0)
        assert next(following).offset == end
