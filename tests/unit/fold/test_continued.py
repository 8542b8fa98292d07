"""A start looks at the record that was folded last, as it reads on."""

from collections.abc import Mapping, Sequence

import pytest

from foldline.errors import LogCut
from foldline.fold.continued import Continued, Folded, digest
from foldline.log.port import Message, Partition, Record
from foldline.log.records import Held

ONE, TWO = Partition("t", 0), Partition("t", 1)


def record(partition: Partition, offset: int, value: bytes = b"x", time: int = 5) -> Record:
    return Record(*partition, offset, b"k", value, (), time)


class Given:
    """A reader that gives these, one call's after the other."""

    def __init__(self, *calls: Sequence[Record]) -> None:
        self._calls = list(calls)

    def poll(self, timeout: float, limit: int) -> Sequence[Message]:
        return list(map(Held, self._calls.pop(0)))

    def wake(self) -> None: ...

    def positions(self) -> Mapping[Partition, int]:
        return {}

    def last(self) -> Mapping[Partition, Message]:
        return {}

    def close(self) -> None: ...


def offsets(reader: Continued) -> list[tuple[int, int]]:
    return [(message.partition(), message.offset()) for message in reader.poll(0, 100)]


def folded(record: Record) -> Folded:
    return Folded(record.offset, digest(record))


def test_what_was_folded_last_is_not_given_again_whenever_it_comes() -> None:
    last = {ONE: folded(record(ONE, 7)), TWO: folded(record(TWO, 3))}
    calls = [record(ONE, 7), record(ONE, 8)], [record(TWO, 3)], [record(TWO, 4), record(ONE, 9)]
    reader = Continued(Given(*calls), last)
    assert [offsets(reader) for _ in calls] == [[(0, 8)], [], [(1, 4), (0, 9)]]


def test_what_comes_in_place_of_a_record_that_compaction_took_is_given() -> None:
    reader = Continued(Given([record(ONE, 9)], [record(ONE, 10)]), {ONE: folded(record(ONE, 7))})
    assert offsets(reader) + offsets(reader) == [(0, 9), (0, 10)]


@pytest.mark.parametrize("other", [record(ONE, 7, value=b"y"), record(ONE, 7, time=6)])
def test_another_record_in_the_place_is_a_cut_log(other: Record) -> None:
    reader = Continued(Given([other]), {ONE: folded(record(ONE, 7))})
    with pytest.raises(LogCut, match="t-0 has another record at 7 than was folded"):
        reader.poll(0, 100)
