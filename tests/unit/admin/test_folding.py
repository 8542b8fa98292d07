"""What counts of a topic is told as the services' fold tells it, and a copy of it folds to the same."""

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from foldline import wire
from foldline.admin.folding import Outcome, PartitionFold, judge
from foldline.admin.portable import portable
from foldline.fold.batch import Batch
from foldline.fold.entity import FoldedEntity
from foldline.fold.known import KnownEntities
from foldline.log.port import Headers, Record
from foldline.log.records import Held

VALUES = st.sampled_from(
    [
        b'{"eventType":"set","payload":{"id":"a","n":1}}',
        b'{"eventType":"set","payload":{"n":2}}',
        b'{"eventType":"remove"}',
        b'{"eventType":"set","payload":7}',
        b'{"eventType":"later","payload":{}}',
        b"nonsense",
        None,
    ]
)
KEYS = st.sampled_from([b"a", b"a", b"b", b"", b"\xff", None])
PLACES = st.none() | st.integers(-2, 20).map(lambda place: b"%d" % place) | st.just(b"first")


@st.composite
def logs(draw: st.DrawFn) -> list[Record]:
    """A partition as it may lie on a log: some of its records were compacted away."""
    made, offset = [], 0
    for _ in range(draw(st.integers(1, 25))):
        offset += draw(st.sampled_from([1, 1, 1, 2, 4]))
        headers = [(name, raw) for name in ("follows", "repairs") if (raw := draw(PLACES)) is not None]
        made.append(record(offset, draw(KEYS), draw(VALUES), headers))
    return made


def record(offset: int, key: bytes | None, value: bytes | None, headers: Headers = ()) -> Record:
    return Record("t", 0, offset, key, value, headers, 1_700_000_000_000 + offset)


def event(n: int) -> bytes:
    return b'{"eventType":"set","payload":{"id":"a","n":%d}}' % n


def follows(offset: int, repairs: int | None = None) -> Headers:
    places = [("follows", b"%d" % offset)]
    return places if repairs is None else [*places, ("repairs", b"%d" % repairs)]


def folded(records: Iterable[Record], partitions: int = 1) -> Batch:
    batch = Batch({"t": "things"}, {"t": partitions}, KnownEntities(FoldedEntity, empty=True))
    batch.judge(list(map(Held, records)), keep_changes=True)
    return batch


def outcomes(*records: Record) -> list[Outcome]:
    return [verdict.outcome for _, verdict in judge(lambda: records, 1)]


def copied(records: list[Record]) -> list[Record]:
    """The records that a copy of the log holds."""
    events = [portable(record) for record, verdict in judge(lambda: records, 1) if verdict.outcome == "accepted"]
    return [record(offset, *event) for offset, event in enumerate(events)]


def values(batch: Batch) -> dict[str, bytes | None]:
    """Each entity's value; removed in whatever way: None."""
    return {e.id: None if e.kind == wire.REMOVED else e.value for e in batch.heads}


@given(logs(), st.sampled_from([1, 2, 3]))
def test_each_record_is_told_as_the_fold_tells_it(records: list[Record], partitions: int) -> None:
    batch, fold = folded(records, partitions), PartitionFold(partitions)
    told = [(fold.decide(record).outcome, record.offset) for record in records]
    assert [offset for outcome, offset in told if outcome == "accepted"] == [c.record.offset for c in batch.changes]
    assert [offset for outcome, offset in told if outcome == "lost"] == [c.record.offset for c in batch.lost]
    assert [offset for outcome, offset in told if outcome == "dead"] == [c.record.offset for c, _ in batch.dead]
    assert {r.key for r in records if fold.holds_head(r)} == {e.id.encode() for e in batch.heads}


@given(logs())
def test_a_copy_folds_to_the_same_values_and_all_of_it_counts(records: list[Record]) -> None:
    copy = copied(records)
    assert values(folded(copy)) == values(folded(records))
    assert set(outcomes(*copy)) <= {"accepted"}


def test_a_loser_and_a_repair_do_not_count() -> None:
    first, winner = record(0, b"a", event(1), follows(-1)), record(1, b"a", event(2), follows(0))
    loser, repair = record(2, b"a", event(3), follows(0)), record(3, b"a", event(2), follows(0, repairs=1))
    assert outcomes(first, winner, loser, repair) == ["accepted", "accepted", "lost", "repair"]


def test_where_compaction_took_the_original_its_repair_counts_and_keeps_its_origin() -> None:
    repair = record(3, b"a", event(2), follows(0, repairs=1))
    [(_, verdict)] = judge(lambda: [repair], 1)
    assert (verdict.outcome, verdict.origin) == ("accepted", 1)


def test_a_loser_whose_winner_was_compacted_away_is_known_by_what_came_after_it() -> None:
    loser = record(3, b"a", event(3), follows(1))  # the winner was at 2
    assert outcomes(loser, record(4, b"a", event(4), follows(2))) == ["lost", "accepted"]
    assert outcomes(loser, record(4, b"a", event(2), follows(1, repairs=2))) == ["lost", "accepted"]
    assert outcomes(loser, record(4, b"a", event(4))) == ["accepted", "accepted"]  # a foreign one tells nothing


def test_what_was_accepted_stays_so_where_compaction_took_what_came_between() -> None:
    assert outcomes(record(1, b"a", event(1), follows(-1)), record(5, b"a", event(3), follows(3))) == ["accepted"] * 2


def test_a_repair_that_says_something_else_counts_as_it_does_for_the_fold() -> None:
    head, other = record(0, b"a", event(1)), record(1, b"a", event(2), follows(-1, repairs=0))
    assert outcomes(head, other) == ["accepted", "accepted"]
    assert values(folded(copied([head, other]))) == values(folded([head, other])) == {"a": event(2)}


def test_a_record_in_a_partition_that_is_not_its_keys_is_dead() -> None:
    [(_, verdict)] = judge(lambda: [record(0, b"b", event(1))], 3)
    assert (verdict.outcome, verdict.reason) == ("dead", "its key does not belong in its partition (murmur2_random)")
