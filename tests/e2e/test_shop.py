"""What anybody can ask of the shop, by the table of docs/design.md, section 9, on both logs."""

import re
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from urllib.parse import quote

import pytest
import requests
from services import RunningShop, Service, eventually

from foldline.log.open import open_log
from foldline.log.port import Log

TEA = '{"name": "Tea", "price": 1.50}'
AN_ID = re.compile(r"[A-Za-z0-9_-]{22}")


@pytest.fixture
def tea(products: Service) -> str:
    """The path of a product that no other test touches."""
    return products.post("/products", TEA).headers["Location"]


@pytest.fixture
def log(running: RunningShop) -> Iterator[Log]:
    """The shop's log, as another program sees it."""
    url = running.shop.log.replace("sqlite:", f"sqlite:{running.shop.folder}/")
    with closing(open_log(url, {}, "another program")) as log:
        yield log


def problem(response: requests.Response, status: int, slug: str) -> dict[str, Any]:
    """The body of a problem (RFC 9457), once it is seen to be whole."""
    assert (response.status_code, response.headers["Content-Type"]) == (status, "application/problem+json")
    said: dict[str, Any] = response.json()
    assert said["type"] == f"urn:foldline:problem:{slug}"
    assert said["status"] == status
    assert said["title"]
    assert said["detail"]
    assert said["requestId"] == response.headers["X-Request-Id"]
    return said


# --- writing and reading ---


def test_a_create_answers_201_where_it_is_and_what_it_is(products: Service, running: RunningShop) -> None:
    made = products.post("/products", TEA)
    made_id = made.json()["id"]
    assert made.status_code == 201
    assert AN_ID.fullmatch(made_id)
    assert made.text == f'{{"id":"{made_id}","name":"Tea","price":1.50}}'
    assert made.headers["Location"] == f"/products/{made_id}"
    assert re.fullmatch(r'"\d+"', made.headers["ETag"])
    assert re.fullmatch(rf"{re.escape(running.shop.topic('products'))}-[0-2]@\d+", made.headers["Log-Position"])


def test_what_was_created_can_be_read_at_once(products: Service) -> None:
    made = products.post("/products", TEA)
    read = products.get(made.headers["Location"])
    assert (read.status_code, read.text, read.headers["ETag"]) == (200, made.text, made.headers["ETag"])


def test_an_update_answers_the_entity_as_it_is_now(products: Service, tea: str) -> None:
    before = products.get(tea)
    updated = products.put(tea, {"name": "Green tea", "price": 2})
    assert (updated.status_code, updated.json()) == (200, before.json() | {"name": "Green tea", "price": 2})
    assert updated.headers["ETag"] != before.headers["ETag"]
    assert products.get(tea).text == updated.text


def test_a_delete_answers_the_entity_as_it_was_and_then_it_is_gone(products: Service, tea: str) -> None:
    before = products.get(tea)
    removed = products.delete(tea)
    assert (removed.status_code, removed.text) == (200, before.text)
    problem(products.get(tea), 404, "not-found")
    problem(products.put(tea, TEA), 404, "not-found")
    problem(products.delete(tea), 404, "not-found")


def test_customers_have_names(running: RunningShop) -> None:
    customers = running.customers
    made = customers.post("/customers", {"firstName": "Ada", "lastName": "Byron"})
    changed = customers.put(made.headers["Location"], {"firstName": "Ada", "lastName": "Lovelace"})
    assert changed.json() == {"id": made.json()["id"], "firstName": "Ada", "lastName": "Lovelace"}
    assert customers.delete(made.headers["Location"]).status_code == 200


def test_the_service_dates_a_purchase(running: RunningShop) -> None:
    purchases = running.purchases
    made = purchases.post("/purchases", '{"productId": "tea", "customerId": "ada", "total": 3.00}')
    assert made.status_code == 201
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", made.json()["transactionDate"])
    assert '"total":3.00' in purchases.get(made.headers["Location"]).text
    dated = purchases.post("/purchases", '{"productId": "p", "customerId": "c", "total": 3, "transactionDate": "2020"}')
    assert "transactionDate" in problem(dated, 422, "invalid")["errors"]


def test_what_was_bought_stays_bought(running: RunningShop) -> None:
    purchases = running.purchases
    refused = purchases.delete("/purchases/some")
    problem(refused, 405, "method-not-allowed")
    assert set(refused.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


# --- lists ---


def test_a_list_is_read_page_by_page_and_has_each_entity_once(running: RunningShop) -> None:
    purchases = running.purchases
    bought = '{"productId": "tea", "customerId": "ada", "total": 1}'
    made = {purchases.post("/purchases", bought).json()["id"] for _ in range(7)}
    seen: list[str] = []
    url: str | None = "/purchases?limit=3"
    while url:
        page = purchases.get(url)
        assert page.status_code == 200
        assert len(page.json()) <= 3
        seen += [purchase["id"] for purchase in page.json()]
        url = page.links.get("next", {}).get("url")
    assert made <= set(seen)
    assert seen == sorted(set(seen))


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "limit=many", "size=3", "limit=1&limit=2"])
def test_a_list_that_cannot_be_is_refused_by_the_argument(products: Service, query: str) -> None:
    assert query.partition("=")[0] in problem(products.get(f"/products?{query}"), 422, "invalid")["errors"]


def test_a_list_that_did_not_change_is_not_sent_again(products: Service, tea: str) -> None:
    first = products.get("/products")
    assert first.headers["ETag"].startswith('W/"')
    assert products.get("/products", if_none_match=first.headers["ETag"]).status_code == 304
    products.put(tea, {"name": "Tea", "price": 9})
    assert products.get("/products", if_none_match=first.headers["ETag"]).status_code == 200


# --- mistakes ---


def test_a_bad_body_is_told_by_field(products: Service) -> None:
    said = problem(products.post("/products", {"name": " ", "price": "1", "prize": 2}), 422, "invalid")
    assert set(said["errors"]) == {"name", "price", "prize"}
    assert "did you mean price?" in said["errors"]["prize"][0]
    assert set(problem(products.post("/products", {}), 422, "invalid")["errors"]) == {"name", "price"}


@pytest.mark.parametrize("body", ['{"name": "Tea"', "[1, ", "{'name': 'Tea'}", '{"a": 1, "a": 2}', ""])
def test_malformed_json_is_a_bad_request(products: Service, body: str) -> None:
    problem(products.post("/products", body), 400, "malformed")


def test_a_body_that_is_no_object_is_not_valid(products: Service) -> None:
    problem(products.post("/products", "[]"), 422, "invalid")


def test_a_body_must_say_that_it_is_json(products: Service) -> None:
    problem(products.post("/products", TEA, content_type="text/plain"), 415, "unsupported-media-type")


@pytest.mark.parametrize("price", ["1.50", "0", "0.0", "1000000000", "19.9", "1.00"])
def test_money_is_kept_digit_for_digit(products: Service, price: str) -> None:
    made = products.post("/products", f'{{"name": "Tea", "price": {price}}}')
    assert made.status_code == 201
    assert products.get(made.headers["Location"]).text.endswith(f'"price":{price}}}')


@pytest.mark.parametrize("price", ["1.501", "-0.01", "1000000000.01", "1e10", '"1.50"', "true", "null"])
def test_what_is_no_money_is_refused(products: Service, price: str) -> None:
    refused = products.post("/products", f'{{"name": "Tea", "price": {price}}}')
    assert "price" in problem(refused, 422, "invalid")["errors"]


@pytest.mark.parametrize("price", ["NaN", "Infinity", "1e400", "1" * 101, "01"])
def test_what_is_no_json_number_is_malformed(products: Service, price: str) -> None:
    problem(products.post("/products", f'{{"name": "Tea", "price": {price}}}'), 400, "malformed")


def test_a_body_may_repeat_the_paths_id_and_no_other(products: Service, tea: str) -> None:
    tea_id = tea.rpartition("/")[2]
    assert products.put(tea, {"id": tea_id, "name": "Tea", "price": 2}).status_code == 200
    assert "id" in problem(products.put(tea, {"id": "other", "name": "Tea", "price": 2}), 422, "invalid")["errors"]
    assert (
        "id" in problem(products.post("/products", {"id": tea_id, "name": "Tea", "price": 2}), 422, "invalid")["errors"]
    )


def test_what_is_not_there_is_named(products: Service) -> None:
    said = problem(products.get("/products/nothing"), 404, "not-found")
    assert said["id"] == "nothing"
    assert "nothing" in said["message"]


def test_an_unknown_route_is_told_the_nearest(products: Service) -> None:
    assert "/products" in problem(products.get("/product"), 404, "no-such-route")["detail"]


def test_a_wrong_method_is_told_the_right_ones(products: Service) -> None:
    refused = products.ask("PATCH", "/products", TEA)
    problem(refused, 405, "method-not-allowed")
    assert {"GET", "POST"} <= set(refused.headers["Allow"].split(", "))


def test_a_huge_body_is_refused_unread(products: Service) -> None:
    refused = products.post("/products", '{"name": "' + "x" * 1024 * 1024 + '"}')
    problem(refused, 413, "request-entity-too-large")
    assert products.get("/products").status_code == 200


def test_a_deep_body_is_refused(products: Service) -> None:
    problem(products.post("/products", "[" * 65 + "]" * 65), 400, "malformed")


# --- what others wrote ---


@pytest.mark.parametrize("id", ["blåbær-☕", "a b", "ümlaut%", "x" * 400, "q?a=b&c"])
def test_whatever_key_another_program_chose_is_readable(
    products: Service, running: RunningShop, log: Log, id: str
) -> None:
    value = '{"eventType": "set", "payload": {"name": "Löffel", "price": 0.10}}'
    log.append(running.shop.topic("products"), id.encode(), value.encode(), [], lambda error: pytest.fail(str(error)))
    path = f"/products/{quote(id, safe='')}"
    eventually(lambda: products.get(path).status_code == 200)
    assert products.get(path).json() == {"id": id, "name": "Löffel", "price": 0.10}
    assert products.put(path, {"name": "Gabel", "price": 1}).json()["id"] == id
    assert products.delete(path).status_code == 200
