from datetime import timedelta
from decimal import Decimal

import pytest

from foldline import NotFound
from foldline.testing import NOW, entities, history

TEAS = entities({"b": {"name": "Black"}, "a": {"name": "Assam", "price": 1.5}, "c": {"id": "x"}})


def test_an_entity_has_its_id_first_and_exact_numbers() -> None:
    assert [*TEAS["a"].items()] == [("id", "a"), ("name", "Assam"), ("price", Decimal("1.5"))]
    assert TEAS["c"] == {"id": "c"}


def test_what_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        TEAS["d"]
    assert TEAS.get("d") is None
    assert "d" not in TEAS
    assert "a" in TEAS


def test_pages_go_on_where_the_last_ended() -> None:
    first = TEAS.page(limit=2)
    assert [entity["id"] for entity in first] == ["a", "b"]
    second = TEAS.page(after=first.after, limit=2)
    assert ([entity["id"] for entity in second], second.after) == (["c"], None)


def test_a_history_fills_what_was_before() -> None:
    created, changed, removed, again = history(
        ("teas", "a", {"n": 1}), ("teas", "a", {"n": 2}), ("teas", "a", None), ("teas", "a", {"n": 3})
    )
    assert (created.before, created.after) == (None, {"id": "a", "n": 1})
    assert (changed.before, changed.after) == ({"id": "a", "n": 1}, {"id": "a", "n": 2})
    assert (removed.before, removed.after) == ({"id": "a", "n": 2}, None)
    assert (again.before, again.after) == (None, {"id": "a", "n": 3})
    assert [str(event.position) for event in (created, again)] == ["teas-0@0", "teas-0@3"]
    assert again.time - created.time == timedelta(seconds=3)
    assert created.time == NOW
