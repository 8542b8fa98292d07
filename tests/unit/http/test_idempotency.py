"""Idempotency keys: which are taken, and what of a request goes into their digests."""

import string
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foldline.writes.call import IdempotencyKey
from foldline.writes.keys import derived_id, idempotency_key, new_id

Parts = tuple[str, str, str, str]

TEA = {"name": "Tea", "price": 1}


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "a b", "é", "a\x7f"])
def test_a_key_that_is_no_visible_ascii_is_400(shop: Any, client: Any, key: str) -> None:
    answer = client.delete("/products/p1", headers={"Idempotency-Key": key})
    assert answer.status_code == 400
    assert "Idempotency-Key" in answer.json["detail"]
    assert not shop.writes.calls


@given(key=st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=300))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_key_is_taken_or_refused(client: Any, key: str) -> None:
    visible = 1 <= len(key) <= 255 and all("!" <= character <= "~" for character in key)
    answer = client.delete("/products/p1", environ_overrides={"HTTP_IDEMPOTENCY_KEY": key})
    assert answer.status_code == (200 if visible else 400)


def key_of(shop: Any, method: str = "PUT", path: str = "/products/p1", body: Any = TEA, key: str = "k") -> Any:
    shop.writes.calls.clear()
    shop.client().open(path, method=method, json=body, headers={"Idempotency-Key": key})
    return shop.writes.call.key


def test_without_a_header_there_is_no_key(shop: Any, client: Any) -> None:
    client.delete("/products/p1")
    assert shop.writes.call.key is None


def test_the_same_request_has_the_same_key(shop: Any) -> None:
    first = key_of(shop)
    assert first == key_of(shop, body=dict(reversed(TEA.items())))
    assert [len(part) for part in first] == [64, 64]


@pytest.mark.parametrize("other", [{"path": "/products/p2"}, {"key": "l"}, {"method": "POST", "path": "/products"}])
def test_another_path_method_or_key_is_another_key(shop: Any, other: dict[str, str]) -> None:
    first, second = key_of(shop), key_of(shop, **other)
    assert first.key != second.key
    assert first.request == second.request


@pytest.mark.parametrize("body", [TEA | {"name": "Te"}, TEA | {"price": 2}, TEA | {"tags": []}])
def test_another_body_is_another_request_of_the_same_key(shop: Any, body: Any) -> None:
    first, second = key_of(shop), key_of(shop, body=body)
    assert first.key == second.key
    assert first.request != second.request


PART = st.text(alphabet="a1:", max_size=3)
PARTS = st.tuples(PART, PART, PART, PART)


@given(PARTS, PARTS)
def test_the_parts_of_a_key_cannot_run_into_each_other(one: Parts, other: Parts) -> None:
    first, second = (idempotency_key(*parts, body=None) for parts in (one, other))
    assert (first == second) is (one == other)


def test_a_body_of_any_json_has_a_digest() -> None:
    assert isinstance(idempotency_key("", "POST", "/", "k", {"a": [{"c": 2**70, "b": None}]}), IdempotencyKey)


def test_an_id_has_22_url_safe_characters() -> None:
    made = {new_id() for _ in range(1000)}
    assert len(made) == 1000
    assert set(map(len, made)) == {22}
    assert "-" not in {text[0] for text in made}


def test_an_id_that_is_derived_is_the_same_each_time() -> None:
    key = idempotency_key("", "POST", "/products", "k", TEA).key
    assert derived_id(key) == derived_id(key)
    assert derived_id(bytes(range(32)).hex().encode()) == "AAECAwQFBgcICQoLDA0ODw"


def test_no_id_begins_with_a_dash_as_options_do() -> None:
    derived = {derived_id(bytes([first, *range(31)]).hex().encode()) for first in range(256)}
    assert {text[0] for text in derived} == {*string.ascii_letters, *string.digits, "_"}
