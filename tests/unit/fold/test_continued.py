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


LAST = record(ONE, 7), record(TWO, 3)


class Given:
    """A reader that gives these, one call's after the other."""

    def __init__(self, *calls: Sequence[Record]) -> None:
        self._calls = list(calls)
        self.next: dict[Partition, int] = {}

    def poll(self, timeout: float, limit: int) -> Sequence[Message]:
        records = self._calls.pop(0)
        self.next.update({Partition(record.topic, record.partition): record.offset + 1 for record in records})
        return list(map(Held, records))

    def wake(self) -> None: ...

    def positions(self) -> Mapping[Partition, int]:
        return dict(self.next)

    def last(self) -> Mapping[Partition, Message]:
        return {}

    def close(self) -> None: ...


def offsets(reader: Continued) -> list[tuple[int, int]]:
    return [(message.partition(), message.offset()) for message in reader.poll(0, 100)]


def continued(reader: Given, *folded: Record) -> Continued:
    """Goes on in a state that has folded these last."""
    last = {Partition(record.topic, record.partition): record for record in folded}
    reader.next = {partition: record.offset for partition, record in last.items()}
    positions = {partition: record.offset + 1 for partition, record in last.items()}
    return Continued(
        reader, positions, {partition: Folded(record.offset, digest(record)) for partition, record in last.items()}
    )


def test_what_was_folded_last_is_not_given_again_whenever_it_comes() -> None:
    calls = [record(ONE, 7), record(ONE, 8)], [record(TWO, 3)], [record(TWO, 4), record(ONE, 9)]
    reader = continued(Given(*calls), *LAST)
    assert [offsets(reader) for _ in calls] == [[(0, 8)], [], [(1, 4), (0, 9)]]


def test_what_comes_in_place_of_a_record_that_compaction_took_is_given() -> None:
    reader = continued(Given([record(ONE, 9)], [record(ONE, 10)]), record(ONE, 7))
    assert offsets(reader) + offsets(reader) == [(0, 9), (0, 10)]


@pytest.mark.parametrize("other", [record(ONE, 7, value=b"y"), record(ONE, 7, time=6)])
def test_another_record_in_the_place_is_a_cut_log(other: Record) -> None:
    reader = continued(Given([other]), record(ONE, 7))
    with pytest.raises(LogCut, match="t-0 has another record at 7 than was folded"):
        reader.poll(0, 100)


def test_the_state_never_goes_back_while_its_last_records_come_again() -> None:
    reader = continued(Given([record(ONE, 7), record(ONE, 8)], [record(TWO, 3)], [record(TWO, 4)]), *LAST)
    reached = [reader.reached()]
    for _ in range(3):
        reader.poll(0, 100)
        reached.append(reader.reached())
    assert reached == [{ONE: 8, TWO: 4}, {ONE: 9, TWO: 4}, {ONE: 9, TWO: 4}, {ONE: 9, TWO: 5}]


def test_once_all_have_come_again_what_comes_is_given_as_it_is() -> None:
    """No message is looked at any more: not even where compaction took the last record, and nothing came after it."""
    given = Given([record(ONE, 7)], [], [record(ONE, 8)])
    reader = continued(given, *LAST)
    reader.poll(0, 100)
    given.next[TWO] = 4  # told to be its end
    reader.poll(0, 100)
    calls = given.poll(0, 100)
    given.poll = lambda timeout, limit: calls  # type: ignore[method-assign]
    assert reader.poll(0, 100) is calls


def test_a_partition_is_not_at_its_end_until_its_last_record_has_come_again() -> None:
    reader = continued(Given([record(ONE, 7)], [record(TWO, 3)]), *LAST)
    positions = [reader.positions()]
    for _ in range(2):
        reader.poll(0, 100)
        positions.append(reader.positions())
    assert positions == [{ONE: 7, TWO: 3}, {ONE: 8, TWO: 3}, {ONE: 8, TWO: 4}]
