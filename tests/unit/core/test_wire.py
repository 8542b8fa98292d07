"""What is written on the log, and what is made of anything that is found there."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foldline import wire
from foldline.errors import DeadOnArrival
from foldline.wire import READABLE, REMOVED, UNREADABLE, Payload

FIELDS = st.dictionaries(
    st.text(st.characters(exclude_categories=["Cs"])), st.integers() | st.text("ab") | st.decimals(-9, 9), max_size=4
)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), FIELDS)
def test_what_is_set_is_read_again_with_its_id_first(id: str, fields: dict[str, Any]) -> None:
    value = wire.set_value(id, fields)
    assert wire.kind_of(value) == READABLE
    entity = wire.read_entity(id, value)
    assert entity == fields | {"id": id}
    assert next(iter(entity)) == "id"


def test_the_runtimes_own_values_are_these() -> None:
    entity = {"price": Decimal("1.50"), "id": "other", "firstName": "Ada"}
    assert wire.set_value("a", entity) == b'{"eventType":"set","payload":{"id":"a","price":1.50,"firstName":"Ada"}}'
    assert wire.remove_value("a", {"n": 1}) == b'{"eventType":"remove","payload":{"id":"a","n":1}}'
    assert wire.remove_value("a", None) == b'{"eventType":"remove"}'


@pytest.mark.parametrize(
    "fields", [{"n": Decimal("1E+999")}, {"n": {1}}, {"n": float("nan")}, {1: 2}, {"n": "\ud800"}, {"n": object()}]
)
def test_what_no_reader_could_read_is_not_written(fields: dict[Any, Any]) -> None:
    with pytest.raises((TypeError, ValueError)):
        wire.set_value("a", fields)


FOREIGN = {
    b' {"payload" : {"n": 1, "id": "b"}, "eventType":"set", "more": [1]} ': b'{"id":"a","n":1}',
    b'{"eventType":"set","payload":{"id":"b","n":1}}': b'{"id":"a","n":1}',
    b'{"eventType":"set","payload":{"id":"a","n":1}} ': b'{"id":"a","n":1}',
    b'{"eventType":"set","payload":{"id":"a"},"more":{"id":"a"}}': b'{"id":"a"}',
    b'{"eventType":"set","payload":{"id":"b","id":"a"}}': b'{"id":"b","id":"a"}',
    b'{"eventType":"set","payload":{"id":null}}': b'{"id":"a"}',
    b'{"eventType":"remove","eventType":"set","payload":{}}': b'{"id":"a"}',
}


@pytest.mark.parametrize("value", FOREIGN)
def test_a_set_may_be_written_in_other_ways(value: bytes) -> None:
    assert wire.kind_of(value) == READABLE
    assert wire.read_payload("a", value) == Payload(removed=False, text=FOREIGN[value])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        (b'{"eventType":"remove"}', None),
        (b'{"eventType":"remove","payload":7}', None),
        (b'{"eventType":"remove","payload":{"n":1}}', b'{"id":"a","n":1}'),
        (b'{"eventType":"set","payload":{"id":"a"},"eventType":"remove"}', b'{"id":"a"}'),
        (b'{"eventType":"remove","payload":{"n":' + b"[" * 400 + b"]" * 400 + b"}}", None),
    ],
)
def test_a_remove_is_one_whatever_it_carries(value: bytes | None, text: bytes | None) -> None:
    assert wire.kind_of(value) == REMOVED
    assert wire.read_payload("a", value) == Payload(removed=True, text=text)
    assert wire.read_entity("a", value) is None


@pytest.mark.parametrize("depth", [1, 200, 240])
def test_a_nesting_that_can_be_written_again_is_readable(depth: int) -> None:
    value = b'{"eventType":"set","payload":{"n":' + b"[" * depth + b"]" * depth + b"}}"
    assert wire.kind_of(value) == READABLE
    assert wire.read_entity("a", value)


def test_a_long_value_with_many_brackets_is_not_a_deep_one() -> None:
    assert wire.kind_of(b'{"eventType":"set","payload":{"n":[' + b"[]," * 5000 + b"1]}}") == READABLE


@given(st.binary())
def test_any_bytes_are_an_envelope_or_dead(value: bytes) -> None:
    try:
        kind = wire.kind_of(value)
    except DeadOnArrival:
        return
    assert (wire.read_payload("a", value) is None) == (kind == UNREADABLE)


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text('a\\"\0é'),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab"), inner, max_size=3),
    ),
    st.sampled_from(["set", "remove", "archived"]),
)
def test_any_envelope_is_what_it_says(payload: Any, event_type: str) -> None:
    value = json.dumps({"eventType": event_type, "payload": payload}).encode()
    kind = wire.kind_of(value)
    assert kind == {"set": READABLE if isinstance(payload, dict) else UNREADABLE, "remove": REMOVED}.get(
        event_type, UNREADABLE
    )
    read = wire.read_payload("a", value)
    assert (read is None) == (kind == UNREADABLE)
    if kind == READABLE:
        assert wire.read_entity("a", value) == json.loads(value, parse_float=Decimal)["payload"] | {"id": "a"}


@pytest.mark.parametrize("raw", [b"-1", b"0", b"42", b"9" * 18])
def test_an_offset_is_a_number_from_minus_one(raw: bytes) -> None:
    assert wire.offset_header("follows", raw) == int(raw)


@pytest.mark.parametrize("raw", [None, b"", b"-2", b"+1", b" 1", b"1 ", b"1_0", b"1.0", b"9" * 19, b"\xd9\xa3", b"one"])
def test_anything_else_is_no_offset(raw: bytes | None) -> None:
    with pytest.raises(DeadOnArrival, match="follows"):
        wire.offset_header("follows", raw)


def test_the_last_header_of_a_name_that_can_be_read_is_its_text() -> None:
    headers = [("x", b"1"), ("x", b"2\xff"), ("x", None), ("y", b"3")]
    assert wire.text_header(headers, "x") == "2\N{REPLACEMENT CHARACTER}"
    assert wire.text_header(headers, "z") is None
