from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from marshmallow import Schema, fields

from foldline import Entities, Entity, Refused, Remove, Set, command
from foldline.testing import when


class Tea(Schema):
    name = fields.String(required=True)
    price = fields.Raw()


@command("teas", "POST /teas", body=Tea)
def create(body: Entity, id: str, now: datetime) -> Set:
    return Set(body | {"code": id, "since": now.isoformat()})


@command("teas", "PUT /teas/<id>", body=Tea)
def update(current: Entity, body: Entity) -> Set | None:
    return None if current | body == current else Set(current | body)


@command("teas", "DELETE /teas/<id>")
def delete(current: Entity | None) -> Remove | None:
    return None if current is None else Remove()


@command("teas", "POST /teas/<id>/blend/<other>")
def blend(current: Entity, other: str, teas: Entities) -> Set:
    if other not in teas:
        raise Refused("no such tea", field="other")
    return Set(current | {"with": teas[other]["name"]})


@command("teas", "POST /teas/<id>/spoil")
def spoil(current: Entity) -> Set:
    return current  # type: ignore[return-value]


def test_a_decision_is_compared() -> None:
    when(update, current={"name": "Assam", "origin": "India"}, body={"name": "Darjeeling"}).then(
        Set({"name": "Darjeeling", "origin": "India"})
    )
    when(update, current={"name": "Assam"}, body={"name": "Assam"}).then(None)
    when(delete, current={"name": "Assam"}).then(Remove())
    when(delete).then(None)


def test_an_id_and_the_time_are_given() -> None:
    since = datetime(2026, 5, 1, tzinfo=UTC)
    when(create, id="t1", body={"name": "Assam"}, now=since).then(
        Set({"id": "t1", "name": "Assam", "code": "t1", "since": "2026-05-01T00:00:00+00:00"})
    )


def test_numbers_with_a_fraction_come_as_decimals() -> None:
    when(update, current={"name": "Assam"}, body={"name": "Assam", "price": 1.10}).then(
        Set({"name": "Assam", "price": Decimal("1.1")})
    )


def test_path_variables_and_entities_are_given_by_name() -> None:
    when(blend, current={"name": "Assam"}, other="t2", teas={"t2": {"name": "Mint"}}).then(
        Set({"name": "Assam", "with": "Mint"})
    )


def test_another_decision_is_told_line_by_line() -> None:
    with pytest.raises(AssertionError, match="it decided otherwise") as caught:
        when(update, current={"name": "Assam"}, body={"name": "Mint"}).then(Set({"name": "Ceylon"}))
    assert "- Set(entity={'id': '1', 'name': 'Ceylon'})" in str(caught.value)
    assert "+ Set(entity={'id': '1', 'name': 'Mint'})" in str(caught.value)
    with pytest.raises(AssertionError, match="it decided otherwise"):
        when(delete, current={"name": "Assam"}).then(None)


def test_what_is_no_decision_is_told() -> None:
    with pytest.raises(AssertionError, match="a command returns Set"):
        when(spoil, current={"name": "Assam"}).then(None)


def test_a_refusal_is_compared() -> None:
    refusal = when(blend, current={"name": "Assam"}, other="t2", teas={})
    refusal.refused()
    refusal.refused("no such tea")
    refusal.refused("no such tea", field="other")
    with pytest.raises(AssertionError, match="another message"):
        refusal.refused("no tea")
    with pytest.raises(AssertionError, match="about other fields"):
        refusal.refused(field="name")
    with pytest.raises(AssertionError, match="it failed: Refused: no such tea"):
        refusal.then(None)
    with pytest.raises(AssertionError, match="no NotFound: it failed with Refused"):
        refusal.not_found()


def test_no_refusal_is_told() -> None:
    with pytest.raises(AssertionError, match=r"no Refused: it decided Remove\(\)"):
        when(delete, current={}).refused()


def test_a_body_goes_through_its_schema() -> None:
    when(update, current={}, body={}).invalid("name")
    when(update, current={}, body={"name": "Assam", "nam": "x"}).invalid("nam")
    when(update, current={}, body={"id": "2", "name": "Assam"}).invalid("id")
    when(update, id="2", current={}, body={"id": "2", "name": "Assam"}).then(Set({"name": "Assam"}))
    with pytest.raises(AssertionError, match="about other fields"):
        when(update, current={}, body={}).invalid("price")


def test_a_command_that_needs_an_entity_finds_none() -> None:
    when(update, body={"name": "Assam"}).not_found()


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: when(delete, body={"a": 1}), "takes no body"),
        (lambda: when(create, body={"name": "Assam"}, current={}), "takes no current"),
        (lambda: when(delete, teas={}), "takes no teas"),
        (lambda: when(blend, current={}), r"takes other, teas: when\(..., other=...\)"),
        (lambda: when(str), "not declared with @command"),
    ],
)
def test_a_call_that_makes_no_sense_is_an_error(call: Callable[[], object], said: str) -> None:
    with pytest.raises(TypeError, match=said):
        call()


def test_other_errors_are_the_functions_own() -> None:
    with pytest.raises(KeyError):
        when(blend, current={}, other="t2", teas={"t2": {}})
