"""How a query is asked, and how it answers."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from foldline.errors import NotFound, NotReady, Unreadable
from foldline.functions.ports import Items, Stored


def test_an_entity_has_a_strong_etag_and_its_position(client: Any) -> None:
    answer = client.get("/products/p1")
    assert answer.status_code == 200
    assert answer.data == b'{"id":"p1","name":"Tea","price":9.50}'
    assert answer.headers["ETag"] == '"42"'
    assert answer.headers["Log-Position"] == "eventbus.products-0@42"
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("value", [Items([{"id": "p1"}]), {"made": "up"}, [], None, Decimal("0.10")])
def test_anything_else_has_a_weak_etag(shop: Any, client: Any, value: Any) -> None:
    shop.reads.result = value
    answer = client.get("/products")
    assert answer.status_code == 200
    assert answer.headers["ETag"].startswith('W/"')


def test_the_weak_etag_changes_with_the_state_and_with_the_code(shop: Any) -> None:
    shop.reads.result = Items()
    first, again = (shop.client().get("/products").headers["ETag"] for _ in range(2))
    shop.reads.folded += 1
    moved = shop.client().get("/products").headers["ETag"]
    shop.application = replace(shop.application, version="v2")
    rewritten = shop.client().get("/products").headers["ETag"]
    assert first == again
    assert len({first, moved, rewritten}) == 3


def test_what_is_known_already_is_not_sent_again(client: Any) -> None:
    answer = client.get("/products/p1", headers={"If-None-Match": '"41", W/"42"'})
    assert (answer.status_code, answer.data) == (304, b"")
    assert answer.headers["ETag"] == '"42"'
    assert answer.headers["Log-Position"] == "eventbus.products-0@42"
    assert "Content-Type" not in answer.headers


def test_what_changed_is_sent_again(client: Any) -> None:
    assert client.get("/products/p1", headers={"If-None-Match": '"41"'}).status_code == 200


def test_a_list_is_not_sent_again_either(shop: Any, client: Any) -> None:
    shop.reads.result = Items([{"id": "p1"}])
    etag = client.get("/products").headers["ETag"]
    assert client.get("/products", headers={"If-None-Match": etag}).status_code == 304


def test_head_answers_as_get_without_the_body(client: Any) -> None:
    got, head = client.get("/products/p1"), client.head("/products/p1")
    assert head.data == b""
    assert (head.status_code, head.headers["ETag"]) == (200, got.headers["ETag"])
    assert head.headers["Content-Length"] == got.headers["Content-Length"]


def test_a_list_says_where_it_goes_on(shop: Any, client: Any) -> None:
    shop.reads.result = Items([{"id": "p/1"}], after="p/1&é")
    answer = client.get("/products?tag=a&limit=1&after=p0&tag=b%20c")
    assert answer.json == [{"id": "p/1"}]
    assert answer.headers["Link"] == '</products?tag=a&limit=1&tag=b+c&after=p%2F1%26%C3%A9>; rel="next"'


def test_a_log_without_a_record_has_no_position(shop: Any, client: Any) -> None:
    shop.reads.result, shop.reads.folded = Items(), None
    answer = client.get("/products")
    assert "Log-Position" not in answer.headers
    assert answer.headers["ETag"].startswith("W/")


def test_the_last_page_says_that_it_is(shop: Any, client: Any) -> None:
    shop.reads.result = Items([{"id": "p1"}])
    assert "Link" not in client.get("/products").headers


def test_the_query_string_comes_through_its_schema(shop: Any, client: Any) -> None:
    shop.reads.result = Items()
    client.get("/products?limit=7&tag=a&tag=b")
    ((_, _, args),) = shop.reads.calls
    assert args == {"limit": 7, "after": None, "tag": ["a", "b"]}


@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ("limitt=7", {"limitt": ["Unknown field; did you mean limit?"]}),
        ("zzzzzz=7", {"zzzzzz": ["Unknown field."]}),
        ("limit=7&limit=8", {"limit": ["Given more than once."]}),
        ("limit=0", {"limit": ["Must be greater than or equal to 1 and less than or equal to 1000."]}),
        ("limit=x", {"limit": ["Not a valid integer."]}),
    ],
)
def test_a_wrong_query_string_is_422_by_field(client: Any, query: str, errors: Any) -> None:
    answer = client.get(f"/products?{query}")
    assert (answer.status_code, answer.json["errors"]) == (422, errors)


def test_a_query_without_arguments_takes_none(client: Any) -> None:
    answer = client.get("/products/p1?limit=7")
    assert (answer.status_code, answer.json["errors"]) == (422, {"limit": ["Unknown field."]})


@pytest.mark.parametrize("query", ["after=%ff", "after=\xe9", "&".join(["tag=x"] * 101)])
def test_a_query_string_that_cannot_be_read_is_400(client: Any, query: str) -> None:
    answer = client.get("/products", environ_overrides={"QUERY_STRING": query})
    assert answer.status_code == 400
    assert "query string" in answer.json["detail"]


def test_what_is_not_found_says_what(shop: Any, client: Any) -> None:
    shop.reads.result = NotFound("no product p2", id="p2")
    answer = client.get("/products/p2")
    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"
    assert (answer.json["id"], answer.json["message"]) == ("p2", "no product p2")


@pytest.mark.parametrize(("error", "status"), [(NotReady(), 503), (Unreadable(), 500)])
def test_errors_keep_their_status(shop: Any, client: Any, error: Exception, status: int) -> None:
    shop.reads.result = error
    answer = client.get("/products/p1")
    assert (answer.status_code, answer.json["type"].rpartition(":")[2]) == (status, type(error).slug)  # type: ignore[attr-defined]


def test_a_read_waits_for_the_positions_it_names(shop: Any, client: Any) -> None:
    assert client.get("/products/p1", headers={"Log-Position": "eventbus.products-0@42"}).status_code == 200
    assert shop.reads.waits == [0]
    answer = client.get("/products/p1", headers={"Log-Position": "a-0@1, eventbus.products-0@43"})
    assert answer.status_code == 503
    assert shop.reads.waits == [0, 0, 2]
    shop.reads.folded = 43
    assert client.get("/products/p1", headers={"Log-Position": "eventbus.products-0@43"}).status_code == 200


@pytest.mark.parametrize("id", ["a b", "ü/ä", "日本", "%25", "."])
def test_any_segment_is_an_id(shop: Any, id: str) -> None:
    environ = {"PATH_INFO": f"/products/{id}".encode().decode("latin-1")}
    answer = shop.client().get("/products/x", environ_overrides=environ)
    if "/" in id:
        assert answer.status_code == 404
    else:
        assert shop.reads.calls[-1][1] == {"id": id}


def test_the_replacement_character_may_stand_in_an_id(shop: Any, client: Any) -> None:
    assert client.get("/products/%EF%BF%BD").status_code == 200
    assert shop.reads.calls[-1][1] == {"id": "\ufffd"}


def test_a_path_that_is_not_utf_8_is_400(shop: Any, client: Any) -> None:
    answer = client.get("/products/x", environ_overrides={"PATH_INFO": "/products/\xff"})
    assert answer.status_code == 400
    assert not shop.reads.calls


def test_an_id_has_at_most_512_bytes(client: Any) -> None:
    assert client.get(f"/products/{'x' * 512}").status_code == 200
    answer = client.get(f"/products/{'ü' * 257}")
    assert (answer.status_code, answer.json["errors"]) == (422, {"id": ["Longer than 512 bytes."]})


def test_an_answer_that_json_cannot_hold_is_an_error_of_ours(shop: Any, client: Any) -> None:
    shop.reads.result = {"a": {1, 2}}
    assert client.get("/products").status_code == 500


def test_an_entity_made_anew_is_no_stored_one(shop: Any, client: Any) -> None:
    shop.reads.result = dict(Stored({"id": "p1"}, 42))
    assert client.get("/products/p1").headers["ETag"].startswith("W/")
