"""Each request has an id and one line."""

from typing import Any

import pytest
from structlog.testing import capture_logs

from foldline.event import Position
from foldline.writes.call import Written


def line_of(client: Any, method: str, path: str, **request: Any) -> Any:
    with capture_logs() as lines:
        client.open(path, method=method, **request)
    (line,) = lines
    return line


def test_a_line_says_what_was_asked_and_answered(client: Any) -> None:
    line = line_of(client, "GET", "/products/p1")
    assert line.pop("ms") >= 0
    assert line.pop("request_id")
    assert line == {
        "event": "request",
        "log_level": "info",
        "method": "GET",
        "path": "/products/p1",
        "function": "products.retrieve",
        "entity": "p1",
        "position": "eventbus.products-0@42",
        "status": 200,
    }


def test_a_create_is_logged_with_the_id_it_gave(shop: Any, client: Any) -> None:
    shop.writes.result = Written(201, "/products/p%201", b"{}", 42, Position("eventbus.products", 0, 42))
    line = line_of(client, "POST", "/products", json={"name": "Tea", "price": 1})
    assert (line["function"], line["entity"], line["status"]) == ("products.create", "p 1", 201)


def test_what_goes_nowhere_is_logged_too(client: Any) -> None:
    line = line_of(client, "GET", "/nowhere")
    assert (line["function"], line["entity"], line["position"], line["status"]) == ("none", None, None, 404)


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics"])
def test_what_is_asked_every_few_seconds_is_quiet(client: Any, path: str) -> None:
    assert line_of(client, "GET", path)["log_level"] == "debug"


def test_a_request_keeps_the_id_it_came_with(shop: Any, client: Any) -> None:
    answer = client.delete("/products/p1", headers={"X-Request-Id": "abc-1"})
    assert answer.headers["X-Request-Id"] == "abc-1"
    assert shop.writes.call.trace == (("correlationid", "abc-1"),)


@pytest.mark.parametrize("sent", [None, "", "a b", "x" * 129, "\xe9"])
def test_a_request_without_a_usable_id_gets_one(shop: Any, client: Any, sent: str | None) -> None:
    answer = client.delete("/products/p1", headers={} if sent is None else {"X-Request-Id": sent})
    given = answer.headers["X-Request-Id"]
    assert given != sent
    assert len(given) == 32
    assert shop.writes.call.trace == (("correlationid", given),)


def test_a_cause_and_a_trace_are_recorded(shop: Any, client: Any) -> None:
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    client.delete("/products/p1", headers={"X-Request-Id": "r", "Causation-Id": "c", "traceparent": parent})
    assert shop.writes.call.trace == (("correlationid", "r"), ("causationid", "c"), ("traceparent", parent))


@pytest.mark.parametrize(
    "parent",
    [
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "nonsense",
    ],
)
def test_a_trace_or_cause_that_cannot_be_read_is_left_out(shop: Any, client: Any, parent: str) -> None:
    client.delete("/products/p1", headers={"X-Request-Id": "r", "Causation-Id": "a b", "traceparent": parent})
    assert shop.writes.call.trace == (("correlationid", "r"),)
