"""What is remembered of entities between two batches."""

import pytest

from foldline.fold.entity import FoldedEntity
from foldline.fold.known import KnownEntities


def entities(*ids: str, value: bytes = b"x") -> dict[str, dict[bytes | None, FoldedEntity]]:
    made: dict[bytes | None, FoldedEntity] = {}
    for id_ in ids:
        entity = made[id_.encode()] = FoldedEntity("things", id_)
        entity.value = value
    return {"t": made}


def remembered(known: KnownEntities, *ids: str) -> list[str]:
    return [id_ for id_ in ids if known.recall("t", id_.encode()) is not None]


def test_entities_of_many_batches_are_remembered_up_to_a_number() -> None:
    known = KnownEntities(FoldedEntity, empty=True)
    known.remember(entities("a", "b"), limit=3)
    known.remember(entities("b", "c"), limit=3)
    assert remembered(known, "a", "b", "c") == ["a", "b", "c"]
    known.remember(entities("d"), limit=3)
    assert remembered(known, "a", "b", "c", "d") == []


def test_long_values_are_not_held_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foldline.fold.known._BYTES", 1000)
    known = KnownEntities(FoldedEntity, empty=True)
    known.remember(entities("a", "b", value=b"x" * 400), limit=100)
    assert remembered(known, "a", "b") == ["a", "b"]
    known.remember(entities("c", value=b"x" * 400), limit=100)
    assert remembered(known, "a", "b", "c") == []
    known.remember(entities("d", value=b"x" * 400), limit=100)
    assert remembered(known, "d") == ["d"]


def test_what_was_forgotten_is_asked_of_the_state_from_then_on() -> None:
    asked: list[str] = []

    def find(topic: str, id_: str) -> FoldedEntity:
        asked.append(id_)
        return FoldedEntity(topic, id_)

    known = KnownEntities(find, empty=True)
    known.find("things", "a")
    assert asked == []
    known.remember(entities("a", "b"), limit=1)
    known.find("things", "a")
    assert asked == ["a"]
