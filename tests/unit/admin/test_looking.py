"""Looking at the records of some topics."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from itertools import islice
from typing import Any

import pytest
from log_backends import SqliteBackend
from stand_ins import TOPIC, Bench, topic, value

from foldline.admin.filters import parse_filter
from foldline.admin.looking import Look, row_at
from foldline.errors import NotFound
from foldline.event import Position
from foldline.log.port import Partition
from foldline.table import Row


def look(bench: Bench, *filters: str) -> Look:
    """At seven records that count from 0, of one partition."""
    bench.log.create([topic().declared.spec])
    for n in range(7):
        bench.write(f"k{n}", value(n=n), time=n)
    return Look(bench.log, [bench.log.describe([TOPIC])[TOPIC]], [parse_filter(text) for text in filters])


def counts(rows: Iterable[Row]) -> list[Any]:
    return [row["payload"]["n"] for row in rows]


def test_the_records_within_a_range_are_those_that_match_all_filters(bench: Bench) -> None:
    there = look(bench, "n>1", "n!=4")
    assert counts(there.within(there.ranges())) == [2, 3, 5, 6]
    assert counts(there.within(there.since(4))) == [5, 6]
    assert counts(there.last(there.ranges(), 3)) == [3, 5, 6]


def test_live_records_come_as_they_are_written(bench: Bench) -> None:
    there = look(bench, "n>=5")
    rows = there.live({Partition(TOPIC, 0): 0})
    assert counts(islice(rows, 2)) == [5, 6]
    for n in (1, 7):
        bench.write("late", value(n=n))
    assert counts(islice(rows, 1)) == [7]


def test_where_there_is_no_record_it_is_told_why(bench: Bench) -> None:
    there = look(bench)
    [info] = there.topics
    with closing(sqlite3.connect(bench.path)) as connection, connection:
        connection.execute('DELETE FROM records WHERE "offset" = 4')  # as compaction does
    SqliteBackend(bench.path).cut(Partition(TOPIC, 0), before=2)

    assert row_at(bench.log, info, Position(TOPIC, 0, 5))["id"] == "k5"
    for offset, why in ((1, "any more: .* begins at 2"), (4, "compaction took it"), (7, "yet: .* ends at 7")):
        with pytest.raises(NotFound, match=why):
            row_at(bench.log, info, Position(TOPIC, 0, offset))
    with pytest.raises(NotFound, match="has no partition 1, only 1"):
        row_at(bench.log, info, Position(TOPIC, 1, 0))
