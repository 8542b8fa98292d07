import pytest
from hypothesis import given
from hypothesis import strategies as st

from foldline.errors import DeadOnArrival
from foldline.fold.heads import NO_HEAD, Head, Placed, becomes_head, needs_repair, place

Claim = tuple[int | None, int | None]

claims = st.lists(st.tuples(st.none() | st.integers(-3, 12), st.none() | st.integers(-1, 12)), max_size=12)
"""The headers `follows` and `repairs` of the records of one entity, by offset: likely ones and absurd ones."""


def placed(claims: list[Claim]) -> list[Placed]:
    """Those that are not dead on arrival."""
    records = []
    for offset, (follows, repairs) in enumerate(claims):
        try:
            records.append(place(offset, follows, repairs))
        except DeadOnArrival:
            continue
    return records


def fold(records: list[Placed]) -> Head:
    head = NO_HEAD
    for record in records:
        if becomes_head(record, head):
            head = record.head
    return head


def greatest(records: list[Placed]) -> Head:
    return max((record.head for record in records), key=lambda head: (head.follows, -head.origin), default=NO_HEAD)


def test_a_record_stands_at_its_own_offset() -> None:
    assert place(7, 3, None) == Placed(Head(follows=3, origin=7), repair=False)


def test_a_record_without_follows_follows_the_offset_before() -> None:
    assert place(7, None, None) == Placed(Head(follows=6, origin=7), repair=False)


def test_a_repair_stands_where_what_it_copies_stands() -> None:
    assert place(7, 3, 5) == Placed(Head(follows=3, origin=5), repair=True)


@pytest.mark.parametrize(
    ("follows", "repairs"),
    [(7, None), (8, None), (-2, None), (3, 7), (3, 8), (3, 3), (3, 2), (-1, -1), (None, 6), (None, 2)],
)
def test_headers_that_contradict_the_log_are_dead_on_arrival(follows: int | None, repairs: int | None) -> None:
    with pytest.raises(DeadOnArrival):
        place(7, follows, repairs)


def test_the_first_record_at_all_becomes_the_head() -> None:
    assert becomes_head(place(0, None, None), NO_HEAD)
    assert becomes_head(place(7, -1, None), NO_HEAD)


def test_a_writer_that_saw_the_head_wins() -> None:
    assert becomes_head(place(7, 5, None), Head(follows=3, origin=5))


def test_of_two_that_follow_the_same_the_first_wins() -> None:
    assert not becomes_head(place(7, 3, None), Head(follows=3, origin=5))


def test_a_writer_that_slept_loses() -> None:
    assert not becomes_head(place(7, 1, None), Head(follows=3, origin=5))


def test_a_foreign_record_always_wins() -> None:
    assert becomes_head(place(7, None, None), Head(follows=5, origin=6))


def test_a_repair_stands_in_for_what_it_copies() -> None:
    assert becomes_head(place(7, 3, 5), Head(follows=3, origin=5))


def test_a_repair_wins_against_what_lost_to_the_record_that_it_copies() -> None:
    assert becomes_head(place(7, 3, 5), Head(follows=3, origin=6))


def test_a_repair_of_what_lost_loses() -> None:
    assert not becomes_head(place(7, 3, 6), Head(follows=3, origin=5))


def test_a_late_repair_of_what_was_followed_since_loses() -> None:
    assert not becomes_head(place(7, 3, 5), Head(follows=5, origin=6))


@pytest.mark.parametrize(
    ("became_head", "null", "needed"),
    [(True, False, False), (True, True, True), (False, False, True), (False, True, True)],
)
def test_a_head_needs_repair_unless_a_lasting_copy_came_last(became_head: bool, null: bool, needed: bool) -> None:
    assert needs_repair(became_head=became_head, null=null) is needed


@given(claims)
def test_the_head_is_the_greatest_by_follows_and_then_the_earliest(claims: list[Claim]) -> None:
    records = placed(claims)
    assert fold(records) == greatest(records)


@given(claims, st.data())
def test_what_compaction_took_does_not_matter_while_one_copy_of_the_head_stays(
    claims: list[Claim], data: st.DataObject
) -> None:
    records = placed(claims)
    kept = data.draw(st.lists(st.booleans(), min_size=len(records), max_size=len(records)))
    left = [record for record, keep in zip(records, kept, strict=True) if keep]
    if fold(records) in [record.head for record in left]:
        assert fold(left) == fold(records)


@given(claims)
def test_reading_a_stretch_of_the_log_again_changes_nothing(claims: list[Claim]) -> None:
    records = placed(claims)
    assert fold(records + records) == fold(records)
