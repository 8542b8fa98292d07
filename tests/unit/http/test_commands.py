"""How a command is asked for, and how it answers."""

from datetime import UTC, datetime
from decimal import Decimal
from threading import Event, Thread
from typing import Any

import pytest

from foldline.errors import AlreadyExists, Contention, KeyReused, NotReady, PreconditionFailed, Refused, UnknownOutcome
from foldline.event import Position
from foldline.writes.call import IfMatch, Written

AT = Position("eventbus.products", 0, 42)
TEA = {"name": "Tea", "price": 9.5}


def test_a_create_answers_201_with_the_entity_and_where_it_is(shop: Any, client: Any) -> None:
    shop.writes.result = Written(201, "/products/p1", b'{"id":"p1","price":9.50}', 42, AT)
    answer = client.post("/products", json=TEA)
    assert answer.status_code == 201
    assert answer.data == b'{"id":"p1","price":9.50}'
    assert answer.content_type == "application/json"
    assert answer.headers["Location"] == "/products/p1"
    assert answer.headers["ETag"] == '"42"'
    assert answer.headers["Log-Position"] == "eventbus.products-0@42"
    assert answer.headers["Cache-Control"] == "no-store"


def test_any_other_command_answers_200_with_the_entity(shop: Any, client: Any) -> None:
    answer = client.put("/products/p1", json=TEA)
    assert (answer.status_code, answer.data) == (200, b'{"id":"p1"}')
    assert "Location" not in answer.headers
    ((command, call),) = shop.writes.calls
    assert command.name == "products.change"
    assert call.variables == {"id": "p1"}


def test_a_delete_needs_no_body_and_answers_the_entity_as_it_was(shop: Any, client: Any) -> None:
    answer = client.delete("/products/p1")
    assert (answer.status_code, answer.data) == (200, b'{"id":"p1"}')
    assert shop.writes.call.body is None


def test_a_command_that_wrote_nothing_has_no_position(shop: Any, client: Any) -> None:
    shop.writes.result = Written(200, None, None, None, None)
    answer = client.delete("/products/p1")
    assert (answer.status_code, answer.data) == (200, b"null")
    assert "ETag" not in answer.headers
    assert "Log-Position" not in answer.headers


def test_the_body_comes_as_decimals(shop: Any, client: Any) -> None:
    client.post("/products", data=b'{"name":"Tea","price":9.50}', content_type="application/json")
    assert str(shop.writes.call.body["price"]) == "9.50"
    assert isinstance(shop.writes.call.body["price"], Decimal)


def test_the_time_of_the_request_comes_in_utc(shop: Any, client: Any) -> None:
    before = datetime.now(UTC)
    client.delete("/products/p1")
    assert before <= shop.writes.call.now <= datetime.now(UTC)
    assert shop.writes.call.now.tzinfo is UTC


def test_if_match_is_handed_on(shop: Any, client: Any) -> None:
    client.delete("/products/p1", headers={"If-Match": '"42", W/"43"'})
    assert shop.writes.call.if_match == IfMatch(frozenset({42}))


def test_a_write_refuses_if_none_match(shop: Any, client: Any) -> None:
    answer = client.put("/products/p1", json=TEA, headers={"If-None-Match": "*"})
    assert answer.status_code == 400
    assert not shop.writes.calls


def test_a_query_string_is_refused(shop: Any, client: Any) -> None:
    answer = client.delete("/products/p1?force=1")
    assert answer.status_code == 422
    assert answer.json["errors"] == {"force": ["Unknown field."]}
    assert not shop.writes.calls


@pytest.mark.parametrize(
    ("error", "status", "slug"),
    [
        (Refused("no such customer", field="name"), 422, "refused"),
        (KeyReused(), 422, "key-reused"),
        (AlreadyExists(), 409, "already-exists"),
        (PreconditionFailed(43), 412, "precondition-failed"),
        (NotReady(), 503, "not-ready"),
        (Contention(), 503, "contention"),
        (UnknownOutcome(), 504, "unknown"),
    ],
)
def test_each_error_is_a_problem_of_its_own(shop: Any, client: Any, error: Exception, status: int, slug: str) -> None:
    shop.writes.result = error
    answer = client.delete("/products/p1")
    assert answer.status_code == answer.json["status"] == status
    assert answer.content_type == "application/problem+json"
    assert answer.json["type"] == f"urn:foldline:problem:{slug}"
    assert answer.headers.get("Retry-After") == ("1" if status == 503 else None)


def test_a_refusal_names_its_field(shop: Any, client: Any) -> None:
    shop.writes.result = Refused("no such customer", field="customerId")
    answer = client.post("/products", json=TEA)
    assert answer.json["errors"] == {"customerId": ["no such customer"]}
    assert answer.json["detail"] == "no such customer"
    assert answer.json["title"] == "The command was refused."


@pytest.mark.parametrize(("origin", "etag"), [(43, '"43"'), (None, None)])
def test_a_failed_precondition_carries_the_present_etag(
    shop: Any, client: Any, origin: int | None, etag: str | None
) -> None:
    shop.writes.result = PreconditionFailed(origin)
    assert client.delete("/products/p1", headers={"If-Match": '"42"'}).headers.get("ETag") == etag


def test_a_write_waits_for_the_positions_it_names(shop: Any, client: Any) -> None:
    answer = client.delete("/products/p1", headers={"Log-Position": "eventbus.customers-2@43", "Prefer": "wait=5"})
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "1"
    assert shop.reads.waits == [5]
    assert not shop.writes.calls


def test_more_commands_than_may_wait_are_told_to_come_again(shop: Any) -> None:
    app = shop.app(threads=4)
    entered, leave = [Event(), Event()], Event()
    waiting = iter(entered)

    def wait() -> Written:
        next(waiting).set()
        assert leave.wait(10)
        return Written(200, None, b"{}", 1, AT)

    shop.writes.result = wait
    answers: list[int] = []
    threads = [
        Thread(target=lambda: answers.append(app.test_client().delete("/products/p1").status_code)) for _ in entered
    ]
    for thread, event in zip(threads, entered, strict=True):
        thread.start()
        assert event.wait(10)

    refused = app.test_client().delete("/products/p1")
    read = app.test_client().get("/products/p1")
    leave.set()
    for thread in threads:
        thread.join(10)

    assert (refused.status_code, refused.json["type"]) == (503, "urn:foldline:problem:not-ready")
    assert read.status_code == 200
    assert answers == [200, 200]


def test_a_place_is_given_back_after_an_error(shop: Any) -> None:
    client = shop.client(threads=2)
    shop.writes.result = Refused("no")
    assert [client.delete("/products/p1").status_code for _ in range(3)] == [422, 422, 422]
