"""Functions are answered past Flask where a request is plain, and by Flask where it is not: the same either way."""

from typing import Any

import pytest

from foldline.errors import NotFound, NotReady, PreconditionFailed

PAGE_OF_OURS = {"Origin": "http://localhost"}
"""With an Origin, a request goes through Flask."""

TEA = {"name": "Tea", "price": 9.5}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("GET", "/products/p1", None), ("GET", "/products?limit=2", None), ("POST", "/products", TEA)],
)
def test_both_ways_give_the_same_answer(client: Any, method: str, path: str, body: Any) -> None:
    headers = {"X-Request-Id": "r1"}
    short = client.open(path, method=method, json=body, headers=headers)
    long = client.open(path, method=method, json=body, headers=headers | PAGE_OF_OURS)
    assert short.status_code == long.status_code < 300
    assert short.data == long.data
    assert sorted(short.headers) == sorted(long.headers)


@pytest.mark.parametrize("error", [NotFound("There is no such product.", id="p9"), PreconditionFailed(7), NotReady()])
def test_both_ways_tell_an_error_alike(client: Any, shop: Any, error: Exception) -> None:
    shop.reads.result = error
    short = client.get("/products/p9", headers={"X-Request-Id": "r1"})
    long = client.get("/products/p9", headers={"X-Request-Id": "r1"} | PAGE_OF_OURS)
    assert short.status_code == long.status_code >= 400
    assert short.data == long.data
    assert sorted(short.headers) == sorted(long.headers)


def test_an_error_is_told_as_everywhere_and_found_once(client: Any, shop: Any) -> None:
    shop.reads.result = NotFound("There is no such product.", id="p9")
    answer = client.get("/products/p9", headers={"X-Request-Id": "r1"})
    assert (answer.status_code, answer.json["id"], answer.json["requestId"]) == (404, "p9", "r1")
    assert len(shop.reads.calls) == 1


def test_a_page_of_another_site_may_not_write(client: Any, shop: Any) -> None:
    answer = client.post("/products", json=TEA, headers={"Origin": "http://elsewhere.example"})
    assert answer.status_code == 403
    assert not shop.writes.calls


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("HEAD", "/products/p1", 200),
        ("OPTIONS", "/products", 200),
        ("PATCH", "/products/p1", 405),
        ("GET", "/products/%C3%A9", 200),
        ("GET", "/products/a%2Fb", 404),
        ("GET", "/products/", 404),
        ("GET", "/nothing/p1", 404),
        ("GET", "/livez", 200),
    ],
)
def test_what_is_not_plain_is_flasks(client: Any, method: str, path: str, status: int) -> None:
    answer = client.open(path, method=method)
    assert answer.status_code == status
    assert "X-Request-Id" in answer.headers
