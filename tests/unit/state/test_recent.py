"""Heads that are kept in memory: found as the state has them, and never otherwise."""

import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stand_ins import topic

from foldline.state.entities import StoredHead
from foldline.state.recent import Recent
from foldline.state.snapshot import Snapshot
from foldline.state.state import State

A, B = ("things", "a"), ("things", "b")


def head(origin: int, value: bytes = b"{}") -> StoredHead:
    return StoredHead("a", 0, origin, origin - 1, 0, value, "", 0)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with closing(State(tmp_path / "state.db", {"things": topic()})) as state:
        yield state


def write(state: State, id: str, origin: int, *, told: bool = True) -> None:
    with state.transaction([("things", id)] if told else None) as connection:
        connection.execute(
            "INSERT OR REPLACE INTO foldline_entities (topic, id, partition, origin, follows, kind, value, headers, "
            "time) VALUES ('things', ?, 0, ?, -1, 0, '{}', '[]', 0)",
            (id, origin),
        )
        connection.execute(
            "INSERT OR REPLACE INTO foldline_positions (topic, partition, identity, next, changes_from) "
            "VALUES ('things', 0, '', ?, 0)",
            (origin + 1,),
        )


def origin_of(snapshot: Snapshot, id: str) -> int | None:
    found = snapshot.find("things", id)
    return None if found is None else found.origin


def test_what_was_read_once_is_found_without_a_transaction(state: State) -> None:
    write(state, "a", 7)

    def look(snapshot: Snapshot) -> tuple[int | None, str, bool]:
        return origin_of(snapshot, "a"), snapshot.position(), snapshot._reader is None

    assert state.read(look) == (7, "things-0@7", False)
    assert state.read(look) == (7, "things-0@7", True)


@pytest.mark.parametrize("told", [True, False])
def test_a_change_is_seen_at_once(state: State, told: bool) -> None:
    for origin in (1, 2, 3):
        write(state, "a", origin, told=told)
        for _ in range(2):
            assert state.read(lambda snapshot: origin_of(snapshot, "a")) == origin


def test_a_change_of_one_leaves_the_others_in_memory(state: State) -> None:
    write(state, "a", 1)
    write(state, "b", 2)
    state.read(lambda snapshot: (origin_of(snapshot, "a"), origin_of(snapshot, "b"), snapshot.position()))
    write(state, "b", 3)
    assert state._recent.find(A) is not None
    assert state._recent.find(B) is None


def test_a_look_that_the_state_overtakes_is_begun_anew_on_one_moment(state: State) -> None:
    write(state, "a", 1)
    state.read(lambda snapshot: (origin_of(snapshot, "a"), snapshot.position()))
    looks = []

    def look(snapshot: Snapshot) -> tuple[int | None, int | None]:
        first = origin_of(snapshot, "a")
        looks.append(first)
        if len(looks) == 1:
            write(state, "a", 5)
            write(state, "b", 6)
        return first, origin_of(snapshot, "b")

    assert state.read(look) == (5, 6)
    assert looks == [1, 5]


def test_what_was_read_before_a_change_is_not_kept() -> None:
    recent = Recent()
    before = recent.moment
    with recent.changing([A]):
        recent.keep(recent.moment, [(A, head(1))], "things-0@1")
        assert recent.find(A) is None
    recent.keep(before, [(A, head(1))], "things-0@1")
    assert (recent.find(A), recent.position) == (None, None)
    recent.keep(recent.moment, [(A, head(2))], "things-0@2")
    assert (recent.find(A), recent.position) == (head(2), "things-0@2")


def test_after_a_change_that_failed_nothing_is_trusted() -> None:
    recent = Recent()
    recent.keep(recent.moment, [(A, head(1)), (B, head(2))], "things-0@2")
    with pytest.raises(RuntimeError), recent.changing([A]):
        raise RuntimeError
    assert (recent.find(A), recent.find(B), recent.position, recent.moment) == (None, None, None, 2)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 30)), max_size=80))
def test_it_never_holds_more_than_it_may(kept: list[tuple[int, int]]) -> None:
    recent = Recent(most=20, most_bytes=200)
    for number, size in kept:
        recent.keep(recent.moment, [(("things", str(number)), head(0, b"x" * size))], "")
        held = list(recent._heads.values())
        assert len(held) <= 20
        assert sum(len(h.value or b"") for h in held) == recent._bytes <= 200


def test_readers_beside_a_writer_see_an_entity_and_its_position_as_of_one_moment(state: State) -> None:
    write(state, "a", 0)
    done = threading.Event()
    seen: list[list[int]] = [[], []]

    def look(snapshot: Snapshot) -> tuple[int | None, str]:
        return origin_of(snapshot, "a"), snapshot.position()

    def read(mine: list[int]) -> None:
        while not done.is_set():
            origin, position = state.read(look)
            assert position == f"things-0@{origin}"
            assert origin is not None
            mine.append(origin)

    readers = [threading.Thread(target=read, args=(mine,)) for mine in seen]
    for reader in readers:
        reader.start()
    for origin in range(1, 300):
        write(state, "a", origin, told=origin % 2 == 0)
    done.set()
    for reader in readers:
        reader.join()
    assert all(mine and mine == sorted(mine) for mine in seen)
