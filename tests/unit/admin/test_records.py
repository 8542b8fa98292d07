"""Records as rows, whatever lies on the log."""

from decimal import Decimal

import pytest

from foldline import jsontext
from foldline.admin.records import row_of
from foldline.log.port import Headers, Record


def record(value: bytes | None, key: bytes | None = b"p1", headers: Headers = ()) -> Record:
    return Record("eventbus.products", 0, 42, key, value, headers, 1_700_000_000_123)


def test_a_record_is_shown_with_all_its_parts() -> None:
    written = record(b'{"eventType":"set","payload":{"price":1.50}}', headers=[("ce_type", b"products.create")])
    assert row_of(written, 1) == {
        "position": "eventbus.products-0@42",
        "time": "2023-11-14T22:13:20.123Z",
        "id": "p1",
        "event": "set",
        "type": "products.create",
        "payload": {"price": Decimal("1.50")},
        "headers": {"ce_type": "products.create"},
    }


@pytest.mark.parametrize(
    ("value", "event", "payload"),
    [
        (None, "remove", None),
        (b'{"eventType":"remove"}', "remove", None),
        (b'{"eventType":"archived","payload":7}', "archived", 7),
    ],
)
def test_what_happened_is_told(value: bytes | None, event: str, payload: object) -> None:
    row = row_of(record(value), 1)
    assert (row["event"], row["payload"]) == (event, payload)
    assert "dead" not in row
    assert "value" not in row


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (b"nonsense", "nonsense"),
        (b"\xff", {"base64": "/w=="}),
        (b'{"eventType":7}', '{"eventType":7}'),
        (b'{"eventType":"set","payload":NaN}', '{"eventType":"set","payload":NaN}'),
    ],
)
def test_a_value_that_is_no_event_is_shown_as_it_is_and_why_it_is_dead(value: bytes, shown: object) -> None:
    row = row_of(record(value), 1)
    assert (row["event"], row["payload"], row["value"]) == (None, None, shown)
    assert "its value is" in row["dead"]


def test_a_record_is_dead_for_its_key_its_partition_and_its_place() -> None:
    value = b'{"eventType":"remove"}'
    assert row_of(record(value, None), 1)["dead"] == "it has no key"
    assert row_of(record(value, b"\xff"), 1)["id"] == {"base64": "/w=="}
    assert "does not belong in its partition" in row_of(record(value, b"b"), 3)["dead"]
    assert "follows 42" in row_of(record(value, headers=[("follows", b"42")]), 1)["dead"]


@pytest.mark.parametrize("depth", [100, 251, 300, 5_000])
def test_a_deep_value_is_shown_in_one_way_or_another(depth: int) -> None:
    value = b'{"eventType":"set","payload":' + b'{"a":' * depth + b"1" + b"}" * depth + b"}"
    assert jsontext.encode(row_of(record(value), 1))
