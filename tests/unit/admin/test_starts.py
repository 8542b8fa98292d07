"""Where to begin to read."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stand_ins import TOPIC, Bench, topic, value

from foldline.admin.starts import BEGINNING, END, first_since, parse_start, starts
from foldline.errors import Malformed
from foldline.log.port import Bounds, Partition, Record

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
PARTITION = Partition(TOPIC, 0)


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("beginning", BEGINNING),
        ("end", END),
        ("0", 0),
        ("42", 42),
        ("-90s", NOW - timedelta(seconds=90)),
        ("-1h", NOW - timedelta(hours=1)),
        ("-2w", NOW - timedelta(weeks=2)),
        ("2026-01-31T12:00:00Z", NOW),
        ("2026-01-31T13:00:00+01:00", NOW),
        ("2026-01-31 12:00", NOW),
    ],
)
def test_what_a_person_types_is_understood(text: str, start: object) -> None:
    assert parse_start(text, NOW) == start


@pytest.mark.parametrize("text", ["", "yesterday", "-1", "-1y", "1h", "--1h", "2026-13-01", "9" * 30, "²"])
def test_anything_else_is_told_what_can_be_said(text: str) -> None:
    with pytest.raises(Malformed, match="say beginning, end, an offset"):
        parse_start(text, NOW)


def test_a_long_time_ago_is_the_beginning_not_an_error() -> None:
    assert parse_start("-999999w", NOW) == BEGINNING


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 2)), max_size=12), st.integers(-1, 30))
def test_a_time_leads_to_the_first_record_at_or_after_it(steps: list[tuple[int, int]], since: int) -> None:
    """Offsets have gaps, and times stand still now and then."""
    offset = time = 0
    records = []
    for gap, pause in steps:
        offset, time = offset + gap, time + pause
        records.append(Record(TOPIC, 0, offset, b"a", None, (), time))

    def read(start: int) -> Record | None:
        return next((record for record in records if record.offset >= start), None)

    begin = first_since(read, Bounds(0, offset + 1), since)
    assert [r for r in records if r.offset >= begin] == [r for r in records if r.time >= since]


def test_a_start_is_kept_within_what_a_partition_holds(bench: Bench) -> None:
    ranges = {PARTITION: Bounds(3, 7)}
    for start, begin in ((BEGINNING, 3), (5, 5), (END, 7)):
        assert starts(bench.log, ranges, start) == {PARTITION: begin}


def test_a_time_is_looked_up_on_the_log(bench: Bench) -> None:
    bench.log.create([topic().declared.spec])
    for time in (1_000, 2_000, 3_000):
        bench.write("a", value(n=time), time=time)
    for second, begin in ((0, 0), (2, 1), (3, 2), (4, 3)):
        moment = datetime.fromtimestamp(second, timezone(timedelta(hours=5)))
        assert starts(bench.log, {PARTITION: Bounds(0, 3)}, moment) == {PARTITION: begin}
