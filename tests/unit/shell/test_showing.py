"""How what comes from services looks at a prompt."""

from collections.abc import Mapping
from typing import Any

import pytest

from foldline.client import Change, Listing, Record
from foldline.client.listing import Page
from foldline.errors import NotReady
from foldline.shell import terminal
from foldline.shell.showing import shown


def plain(text: str) -> str:
    return text


def listing(count: int, page: int = 100) -> Listing[Record]:
    def fetch(part: Mapping[str, Any]) -> Page[Record]:
        begin = int(part.get("after", 0))
        end = min(begin + part["limit"], count)
        return Page(
            [Record({"id": f"p{n}", "unitPrice": n}) for n in range(begin, end)], str(end) if end < count else None
        )

    return Listing(fetch, page)


def test_an_entity_is_a_table_of_its_fields() -> None:
    record = Record({"id": "p1", "firstName": "Ada", "note": None, "tags": ["a", "b"]})
    assert (
        shown(record, None, plain) == "Record\n  id          p1\n  first_name  Ada\n  note        -\n  tags        a, b"
    )


def test_a_change_cannot_steer_the_terminal() -> None:
    change: Change[Record] = Change("p1", None, removed=True, function="\x1b[2J", time="now", position="t-0@1")
    assert shown(change, None, plain) == r"now  \x1b[2J  p1"


def test_a_list_is_a_table() -> None:
    assert shown(listing(2), None, plain) == "ID  UNIT PRICE\np0           0\np1           1"
    assert shown(listing(0), None, plain) == "none"


def test_a_long_list_says_how_to_go_on() -> None:
    lines = (shown(listing(21), None, plain) or "").splitlines()
    assert len(lines) == 22
    assert lines[-1] == "and more: [20:40] shows the next"
    assert "more" not in (shown(listing(20), None, plain) or "")


@pytest.mark.parametrize("page", [5, 100])
def test_to_show_a_list_fetches_little_of_it(page: int) -> None:
    asked: list[int] = []
    items = listing(500, page)
    fetch = items._fetch

    def counting(part: Mapping[str, Any]) -> Page[Record]:
        asked.append(part["limit"])
        return fetch(part)

    items._fetch = counting
    shown(items, None, plain)
    assert sum(asked) <= max(page, 25)


def test_a_part_of_a_list_is_a_table_too() -> None:
    assert (shown(listing(30)[3:5], None, plain) or "").splitlines()[1:] == ["p3           3", "p4           4"]
    assert (shown(listing(30)[:], None, plain) or "").splitlines()[-1] == "and 10 more"


def test_what_stands_inside_is_shown_by_its_values() -> None:
    purchase = Record({"id": "b1", "customer": {"id": "c1", "firstName": "Ada", "lastName": "Byron"}, "product": None})
    assert (shown([purchase], None, plain) or "").splitlines()[1].split("  ") == ["b1", "Ada Byron", "-"]


def test_a_history_is_a_table_of_what_happened() -> None:
    entity = Record({"id": "p1", "price": 2})
    changes = [
        Change("p1", None, True, None, "2026-01-02T03:04:06Z", "t-0@2"),
        Change("p1", entity, False, "products.create", "2026-01-02T03:04:05Z", "t-0@1"),
    ]
    heading, removed, created = (shown(changes, None, plain) or "").splitlines()
    assert heading.split() == ["TIME", "FUNCTION", "ID", "PRICE"]
    assert removed.split() == ["2026-01-02T03:04:06Z", "-", "-", "-"]
    assert created.split() == ["2026-01-02T03:04:05Z", "products.create", "p1", "2"]
    assert shown(changes[0], None, plain) == "2026-01-02T03:04:06Z  removed  p1"


@pytest.mark.parametrize("value", [None, 7, "text", [], [1, 2], {"a": 1}, (1,), [Record({}), 1]])
def test_anything_else_is_shown_as_python_does(value: Any) -> None:
    assert shown(value, None, plain) is None


def test_a_table_is_cut_to_the_terminal() -> None:
    assert max(map(len, (shown([Record({"id": "p1", "name": "x" * 200})], 40, plain) or "").splitlines())) <= 40


def test_a_list_that_cannot_be_read_says_why_in_its_place() -> None:
    def fetch(_: Mapping[str, Any]) -> Page[Record]:
        raise NotReady("products is not ready")

    assert terminal.drawn(Listing(fetch, 10)) == "NotReady: products is not ready"
