"""What the shop promises to clients that share it, repeat themselves and read their own writes, on both logs."""

import json
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
import requests
from services import RunningShop, Service

TEA = '{"name": "Tea", "price": 1.50}'
KEPT = ("ETag", "Location", "Log-Position", "Content-Type")
"""Headers of an answer that a repeated request gets again."""


@pytest.fixture
def replica(running: RunningShop) -> Service:
    return running.replica


@pytest.fixture
def tea(products: Service, replica: Service) -> str:
    """The path of a product that both replicas know, and no other test."""
    made = products.post("/products", TEA)
    path = made.headers["Location"]
    assert replica.get(path, log_position=made.headers["Log-Position"]).status_code == 200
    return path


def events(service: Service, path: str) -> list[dict[str, Any]]:
    """The entity's history, newest first."""
    found: list[dict[str, Any]] = service.get(f"{path}/history").json()["events"]
    return found


@contextmanager
def threads(count: int) -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(count) as pool:
        yield pool


# --- conditions ---


def test_an_old_etag_changes_nothing_and_is_told_the_current_one(products: Service, tea: str) -> None:
    old = products.get(tea).headers["ETag"]
    new = products.put(tea, {"name": "Tea", "price": 2}, if_match=old).headers["ETag"]
    for refused in (products.put(tea, TEA, if_match=old), products.delete(tea, if_match=old)):
        assert (refused.status_code, refused.headers["ETag"]) == (412, new)
        assert refused.json()["type"] == "urn:foldline:problem:precondition-failed"
    assert products.get(tea).json()["price"] == 2
    assert products.put(tea, TEA, if_match=f'"99999", {new}').status_code == 200


def test_any_etag_will_do_where_the_entity_only_must_exist(products: Service, tea: str) -> None:
    assert products.put(tea, TEA, if_match="*").status_code == 200
    assert products.put(tea, TEA, if_match="tea").status_code == 400


def test_an_entity_that_did_not_change_is_not_sent_again(products: Service, tea: str) -> None:
    etag = products.get(tea).headers["ETag"]
    same = products.get(tea, if_none_match=etag)
    assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", etag)
    products.put(tea, TEA)
    assert products.get(tea, if_none_match=etag).status_code == 200


def test_the_replicas_agree_on_etags(products: Service, replica: Service, tea: str) -> None:
    written = replica.put(tea, {"name": "Tea", "price": 3})
    read = products.get(tea, log_position=written.headers["Log-Position"])
    assert (read.headers["ETag"], read.text) == (written.headers["ETag"], written.text)


# --- repeats ---


def test_a_request_repeated_with_its_key_writes_once_and_is_answered_alike(products: Service) -> None:
    key = str(uuid4())
    first, second = (products.post("/products", TEA, idempotency_key=key) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
    assert [second.headers[name] for name in KEPT] == [first.headers[name] for name in KEPT]
    assert len(events(products, first.headers["Location"])) == 1


def test_a_key_is_known_to_every_replica(products: Service, replica: Service) -> None:
    key = str(uuid4())
    first = products.post("/products", TEA, idempotency_key=key)
    second = replica.post("/products", TEA, idempotency_key=key)
    assert (second.status_code, second.content, second.headers["ETag"]) == (201, first.content, first.headers["ETag"])


def test_replicas_that_get_the_same_request_at_once_write_it_once(products: Service, replica: Service) -> None:
    key = str(uuid4())
    with threads(8) as pool:
        sent = [pool.submit(to.post, "/products", TEA, idempotency_key=key) for to in (products, replica) * 4]
        answers = {(answer.result().status_code, answer.result().content) for answer in sent}
    assert len(answers) == 1
    [(status, body)] = answers
    assert status == 201
    assert len(events(products, f"/products/{json.loads(body)['id']}")) == 1


def test_a_repeated_delete_is_answered_as_the_first(products: Service, tea: str) -> None:
    key = str(uuid4())
    first, second = (products.delete(tea, idempotency_key=key) for _ in range(2))
    assert (first.status_code, second.status_code, second.content) == (200, 200, first.content)
    assert products.delete(tea).status_code == 404


def test_a_key_counts_before_the_condition(products: Service, tea: str) -> None:
    sent = {"if_match": products.get(tea).headers["ETag"], "idempotency_key": str(uuid4())}
    first, second = (products.put(tea, {"name": "Tea", "price": 4}, **sent) for _ in range(2))
    assert (first.status_code, second.status_code, second.content) == (200, 200, first.content)


def test_a_key_is_good_for_one_request_only(products: Service) -> None:
    key = str(uuid4())
    assert products.post("/products", TEA, idempotency_key=key).status_code == 201
    assert products.post("/products", '{"price": 1.50, "name": "Tea"}', idempotency_key=key).status_code == 201
    refused = products.post("/products", {"name": "Coffee", "price": 2}, idempotency_key=key)
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:foldline:problem:key-reused")
    assert products.post("/products", TEA, idempotency_key="two words").status_code == 400


# --- positions ---


def slug(problem: requests.Response) -> str:
    return str(problem.json()["type"]).rpartition(":")[2]


def test_what_one_replica_wrote_is_read_from_another_without_a_pause(products: Service, replica: Service) -> None:
    for number in range(200):
        writer, reader = (products, replica) if number % 2 else (replica, products)
        written = writer.post("/products", TEA)
        read = reader.get(written.headers["Location"], log_position=written.headers["Log-Position"])
        assert (read.status_code, read.content) == (200, written.content)


def test_a_history_too_has_what_was_seen_elsewhere(products: Service, replica: Service) -> None:
    for _ in range(50):
        made = products.post("/products", TEA)
        past = replica.get(f"{made.headers['Location']}/history", log_position=made.headers["Log-Position"])
        assert (past.status_code, len(past.json()["events"])) == (200, 1)


def test_a_write_too_can_follow_what_was_seen_elsewhere(products: Service, replica: Service) -> None:
    for _ in range(20):
        made = products.post("/products", TEA)
        seen = made.headers["Log-Position"]
        changed = replica.put(made.headers["Location"], TEA, log_position=seen, if_match=made.headers["ETag"])
        assert changed.status_code == 200


def test_a_position_that_does_not_come_is_waited_for_as_long_as_the_client_likes(products: Service, tea: str) -> None:
    at = products.get(tea).headers["Log-Position"].split(", ")[0]
    future = re.sub(r"@\d+", "@99999999", at)
    started = time.monotonic()
    refused = products.get(tea, log_position=future, prefer="wait=1")
    assert (refused.status_code, slug(refused)) == (409, "unknown-position")  # as long as the log does not have it
    assert 1 <= time.monotonic() - started < 1.9  # without Prefer it would be 2
    impatient = products.put(tea, TEA, log_position=future, prefer="wait=0")
    assert (impatient.status_code, slug(impatient), impatient.headers["Retry-After"]) == (503, "not-ready", "1")
    assert len(events(products, tea)) == 1


def test_a_position_of_another_service_is_ignored(products: Service, running: RunningShop, tea: str) -> None:
    elsewhere = f"{running.shop.topic('customers')}-0@99999999"
    assert products.get(tea, log_position=elsewhere).status_code == 200


@pytest.mark.parametrize("position", ["", "products", "products-0@-1", "products-0@1,,x"])
def test_what_is_no_position_is_refused(products: Service, position: str) -> None:
    assert products.get("/products", log_position=position).status_code == 400


# --- rivals ---


def test_no_update_is_lost_between_replicas(products: Service, replica: Service, tea: str) -> None:
    """Each of 8 clients raises the price 5 times, and tries again whenever another was first."""

    def raise_price(to: Service) -> None:
        while True:
            seen = to.get(tea)
            raised = {"name": "Tea", "price": seen.json()["price"] + 1}
            answer = to.put(tea, raised, if_match=seen.headers["ETag"])
            if answer.status_code == 200:
                return
            assert answer.status_code == 412

    def raise_often(to: Service) -> None:
        for _ in range(5):
            raise_price(to)

    products.put(tea, {"name": "Tea", "price": 0})
    with threads(8) as pool:
        for done in [pool.submit(raise_often, to) for to in (products, replica) * 4]:
            done.result()
    last = products.get(tea, log_position=events(replica, tea)[0]["position"])
    assert last.json()["price"] == 40


def test_writes_at_once_without_a_condition_all_take_place(products: Service, replica: Service, tea: str) -> None:
    with threads(8) as pool:
        sent = [pool.submit(to.put, tea, TEA) for to in (products, replica) * 8]
        answers = [answer.result() for answer in sent]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.headers["ETag"] for answer in answers}) == 16


def test_many_clients_at_once_are_all_served(products: Service, replica: Service) -> None:
    with threads(32) as pool:
        sent = [pool.submit(to.post, "/products", TEA) for to in (products, replica) * 100]
        made = [answer.result() for answer in sent]
    assert {answer.status_code for answer in made} == {201}
    assert len({answer.json()["id"] for answer in made}) == 200
