"""Events as lines of a file, both ways."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foldline.admin.portable import line_of, parse_line, portable
from foldline.errors import Malformed
from foldline.log.port import Headers, Record

SET = b'{"eventType":"set","payload":{"id":"p1","price":1.50}}'
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
HEADERS = st.lists(st.tuples(TEXT, st.none() | st.binary() | TEXT.map(str.encode)), max_size=4)
VALUES = st.sampled_from(
    [
        SET,
        b'{ "eventType": "set",\n"payload": {"price": 1e5, "price": 2} }',  # bytes that JSON does not give back
        b'{"eventType":"archived","payload":"\xc3\xa9"}',
        b'{"eventType":"set","base64":"AA=="}',
        b'{"eventType":"remove"}',
        None,
    ]
)


def record(value: bytes | None = SET, headers: Headers = ()) -> Record:
    return Record("eventbus.products", 0, 42, b"p1", value, headers, 1_700_000_000_123)


def line(**fields: object) -> bytes:
    return json.dumps({"key": "p1", "value": {"eventType": "remove"}} | fields).encode()


@given(VALUES, HEADERS, TEXT.map(str.encode))
def test_a_line_gives_back_every_byte(value: bytes | None, headers: list[tuple[str, bytes | None]], key: bytes) -> None:
    written = record(value, headers)._replace(key=key)
    sent = line_of(written)
    assert b"\n" not in sent
    assert parse_line(sent) == portable(written)


def test_a_line_is_easy_to_read() -> None:
    assert json.loads(line_of(record(headers=[("ce_time", b"t"), ("raw", b"\xff"), ("none", None)]))) == {
        "key": "p1",
        "value": {"eventType": "set", "payload": {"id": "p1", "price": 1.5}},
        "headers": [["ce_time", "t"], ["raw", {"base64": "/w=="}], ["none", None]],
        "time": "2023-11-14T22:13:20.123Z",
        "position": "eventbus.products-0@42",
    }
    assert b'"price":1.50' in line_of(record())


def test_its_place_is_left_behind_and_its_time_kept() -> None:
    event = portable(record(headers=[("follows", b"7"), ("ce_type", b"x"), ("repairs", b"9")]))
    assert event.headers == [("ce_type", b"x"), ("ce_time", b"2023-11-14T22:13:20.123000+00:00")]
    stated = [("ce_time", b"2020-01-01T00:00:00Z")]
    assert portable(record(headers=stated)).headers == stated


def test_a_null_is_spelled_out() -> None:
    assert portable(record(None)).value == b'{"eventType":"remove"}'


def test_a_line_by_hand_needs_a_key_and_a_value_only() -> None:
    assert parse_line(line()) == (b"p1", b'{"eventType":"remove"}', [])
    timed = parse_line(line(time="2026-01-31T12:00:00Z"))
    assert timed.headers == [("ce_time", b"2026-01-31T12:00:00+00:00")]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"{", "it is not JSON"),
        (b"[]", "it is no event"),
        (b'{"key": "p1"}', "it is no event"),
        (line(colour="red"), "it is no event"),
        (line(key=""), "would count for nobody: it has no key"),
        (line(key=7), "'7' is neither text"),
        (line(key={"base64": "_"}), "is not base64"),
        (line(key={"base64": "/w=="}), "would count for nobody: its key is not UTF-8"),
        (line(value={"payload": {}}), "would count for nobody: its value is no envelope"),
        (line(value=None), "is neither text"),
        (line(headers={"ce_id": "x"}), "no list of pairs"),
        (line(headers=[["ce_id", 7]]), "'7' is neither text"),
        (line(time="noon"), "its time is 'noon'"),
        (line(time=7), "its time is 7"),
        (line(key="\ud800"), "it cannot be read"),
        (b'{"key": "p1", "value": ' + b"[" * 100_000, "it is not JSON"),
    ],
)
def test_what_is_no_event_is_told(text: bytes, why: str) -> None:
    with pytest.raises(Malformed) as caught:
        parse_line(text)
    assert why in caught.value.message


@pytest.mark.parametrize("place", ["follows", "repairs"])
def test_a_record_as_it_lies_on_a_log_is_refused_for_it_may_have_lost(place: str) -> None:
    with pytest.raises(Malformed, match=f"it has the header {place}.*`foldline events export` writes what counts"):
        parse_line(line(headers=[[place, "3"]]))
