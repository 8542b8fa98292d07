"""The short way to one entity gives what Flask's way gives."""

from typing import Any

import pytest

from foldline.errors import NotFound


@pytest.fixture
def long_way(client: Any) -> dict[str, str]:
    """What makes a request take Flask's way: a position that was passed long ago."""
    return {"Log-Position": "eventbus.products-0@0"}


def test_both_ways_give_the_same_answer(client: Any, long_way: dict[str, str]) -> None:
    headers = {"X-Request-Id": "r1"}
    short = client.get("/products/p1", headers=headers)
    long = client.get("/products/p1", headers=headers | long_way)
    assert short.status_code == long.status_code == 200
    assert short.data == long.data
    assert sorted(short.headers) == sorted(long.headers)


def test_the_query_runs_once(client: Any, shop: Any) -> None:
    client.get("/products/p1")
    assert len(shop.reads.calls) == 1


def test_an_error_is_told_as_everywhere(client: Any, shop: Any) -> None:
    shop.reads.result = NotFound("There is no such product.", id="p9")
    answer = client.get("/products/p9")
    assert (answer.status_code, answer.json["id"]) == (404, "p9")


def test_a_query_that_makes_its_answer_is_asked_the_long_way_from_then_on(client: Any, shop: Any) -> None:
    shop.reads.result = {"made": "here"}
    first, second = client.get("/products/p1"), client.get("/products/p1")
    assert first.json == second.json == {"made": "here"}
    assert first.headers["ETag"].startswith("W/")
    assert len(shop.reads.calls) == 3


@pytest.mark.parametrize(
    "path", ["/products/p1?x=1", "/products/", "/products/a%2Fb", "/products/%C3%A9", "/nothing/p1"]
)
def test_what_is_not_plain_takes_the_long_way(client: Any, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code in {200, 404, 422}
    assert "X-Request-Id" in answer.headers
