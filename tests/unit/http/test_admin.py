"""What operators see and do, and an entity's history."""

from typing import Any

import pytest


@pytest.fixture
def kept(shop: Any) -> list[dict[str, Any]]:
    shop.operations.kept = [{"number": number, "reason": "it has no key"} for number in (1, 2, 5)]
    kept: list[dict[str, Any]] = shop.operations.kept
    return kept


def test_the_status_is_told(client: Any) -> None:
    answer = client.get("/-/status")
    assert answer.json["service"] == "products"
    assert answer.json["partitions"] == [{"topic": "eventbus.products", "partition": 0, "position": 43, "end": 50}]
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/-/dead-letters", "/-/parked"])
def test_what_is_kept_is_listed_in_pages(client: Any, kept: list[dict[str, Any]], path: str) -> None:
    first = client.get(f"{path}?limit=2")
    assert first.json == kept[:2]
    assert first.headers["Link"] == f'<{path}?limit=2&after=2>; rel="next"'
    second = client.get(f"{path}?limit=2&after=2")
    assert second.json == kept[2:]
    assert "Link" not in second.headers


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "after=-1", "after=99999999999999999999", "afer=1"])
def test_a_wrong_page_is_422(client: Any, query: str) -> None:
    assert client.get(f"/-/parked?{query}").status_code == 422


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("/-/dead-letters/2/discard", "discard dead letter"),
        ("/-/parked/2/retry", "retry"),
        ("/-/parked/2/discard", "discard parked"),
    ],
)
class TestActions:
    def test_it_is_done(self, shop: Any, client: Any, kept: Any, path: str, what: str) -> None:
        answer = client.post(path, content_type="application/json")
        assert (answer.status_code, answer.data) == (204, b"")
        assert "Content-Type" not in answer.headers
        assert shop.operations.done == [(what, 2)]

    def test_what_is_not_there_is_404(self, client: Any, kept: Any, path: str, what: str) -> None:
        assert client.post(path.replace("2", "3"), json={}).status_code == 404

    def test_a_number_beyond_all_numbers_is_422(self, shop: Any, client: Any, kept: Any, path: str, what: str) -> None:
        answer = client.post(path.replace("2", str(2**63)), json={})
        assert (answer.status_code, list(answer.json["errors"])) == (422, ["number"])
        assert shop.operations.done == []

    def test_it_needs_json(self, shop: Any, client: Any, kept: Any, path: str, what: str) -> None:
        assert client.post(path).status_code == 415
        assert client.post(path, data={"a": "b"}).status_code == 415
        assert shop.operations.done == []

    def test_another_sites_page_may_not(self, shop: Any, client: Any, kept: Any, path: str, what: str) -> None:
        assert client.post(path, json={}, headers={"Origin": "https://evil.example"}).status_code == 403
        assert shop.operations.done == []

    def test_it_is_a_post(self, client: Any, kept: Any, path: str, what: str) -> None:
        assert client.get(path).status_code == 405


def test_a_history_says_how_it_goes_on_and_why_it_ends(client: Any) -> None:
    first = client.get("/products/p1/history?limit=1")
    assert first.json["end"] == "limit"
    assert [event["entity"] for event in first.json["events"]] == [{"id": "p1"}]
    assert first.headers["Link"] == '</products/p1/history?limit=1&after=at-41>; rel="next"'
    last = client.get("/products/p1/history?limit=1&after=at-41")
    assert last.json == {"events": [], "end": "start"}
    assert "Link" not in last.headers


def test_the_history_of_what_never_was_is_404(client: Any) -> None:
    answer = client.get("/products/absent/history")
    assert (answer.status_code, answer.json["id"]) == (404, "absent")


def test_only_topics_that_are_folded_have_a_history(client: Any) -> None:
    assert client.get("/customers/c1/history").status_code == 404
