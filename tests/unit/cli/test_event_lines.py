"""Records as a person reads them."""

from decimal import Decimal
from typing import Any

import click

from foldline.cli.events.lines import line_by, line_of, lines_of
from foldline.table import Row

ROW: dict[str, Any] = {
    "position": "t.things-0@42",
    "time": "2026-01-31T12:00:00.000Z",
    "id": "p1",
    "event": "set",
    "type": "things.put",
    "payload": {"id": "p1", "price": Decimal("1.50")},
    "headers": {"ce_id": "x"},
}


def shown(row: Row) -> str:
    return click.unstyle(line_of(len("t.things"))(row))


def test_a_record_is_one_line_in_columns() -> None:
    assert shown(ROW) == '2026-01-31T12:00:00.000Z  t.things-0@42     things.put          p1  {"price":1.50}'


def test_a_line_says_what_is_not_plain() -> None:
    assert shown(ROW | {"event": "remove", "payload": None}).endswith("p1  remove")
    assert shown(ROW | {"event": "remove"}).endswith('p1  remove {"price":1.50}')
    assert shown(ROW | {"headers": {"repairs": "7"}}).endswith('p1  repair of @7 {"price":1.50}')
    nothing = ROW | {"event": None, "type": None, "payload": None}
    assert shown(nothing | {"value": "a\x1b[2J", "dead": "it is no event"}).endswith(
        r"-                   p1  dead: it is no event a\x1b[2J"
    )
    assert shown(nothing | {"value": "deep"}).endswith("p1  deep")


def test_nothing_that_another_producer_wrote_steers_the_terminal() -> None:
    foreign = "\x1b[2J"
    row = ROW | {"id": foreign, "type": foreign, "event": foreign, "headers": {"repairs": foreign}}
    assert foreign not in shown(row)
    assert foreign not in click.unstyle("\n".join(lines_of(row)))


def test_a_template_takes_any_part() -> None:
    assert line_by("{id} {price} {payload.id} {headers.ce_id} {nix} {")(ROW) == "p1 1.50 p1 x - {"


def test_one_record_is_shown_with_all_its_parts() -> None:
    assert [click.unstyle(line) for line in lines_of(ROW | {"dead": "so"})] == [
        "position  t.things-0@42",
        "time      2026-01-31T12:00:00.000Z",
        "id        p1",
        "event     set",
        "type      things.put",
        "dead      so",
        "",
        "payload",
        "id     p1",
        "price  1.50",
        "",
        "headers",
        "ce_id  x",
    ]
    assert list(lines_of(ROW | {"payload": 7, "headers": {}}))[-1] == "7"
