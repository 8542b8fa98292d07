"""What a service tells and lets do those who run it; and whom it lets in."""

import re

import pytest
from openapi_spec_validator import validate
from prometheus_client.parser import text_string_to_metric_families
from services import RunningShop, Service, Shop

TEA = '{"name": "Tea", "price": 1.50}'
ANOTHER_SITE = "https://example.org"
PAGE = "text/html,application/xhtml+xml"


# --- on both logs ---


def test_it_lives_and_is_ready(products: Service) -> None:
    assert (products.get("/livez").status_code, products.get("/livez").json()) == (200, {"live": True})
    assert (products.get("/readyz").status_code, products.get("/readyz").json()) == (200, {"ready": True})


def test_metrics_count_requests_and_tell_how_far_the_fold_is(products: Service) -> None:
    def counted() -> float:
        return sum(
            sample.value
            for family in text_string_to_metric_families(products.get("/metrics").text)
            for sample in family.samples
            if sample.name == "foldline_request_seconds_count" and sample.labels["function"] == "products.create"
        )

    before = counted()
    products.post("/products", TEA)
    assert counted() == before + 1
    families = {family.name: family for family in text_string_to_metric_families(products.get("/metrics").text)}
    assert [sample.value for sample in families["foldline_ready"].samples] == [1]
    assert len(families["foldline_position"].samples) == 3
    assert sum(sample.value for sample in families["foldline_position"].samples) > 0
    assert families["foldline_entities"].samples[0].value > 0


def test_the_status_tells_what_was_folded(products: Service, running: RunningShop) -> None:
    products.post("/products", TEA)
    status = products.get("/-/status").json()
    assert (status["service"], status["ready"], status["reasons"]) == ("products", True, [])
    assert {at["topic"] for at in status["partitions"]} == {running.shop.topic("products")}
    assert status["entities"]["products"] > 0
    assert (status["dead_letters"], status["parked"]) == (0, 0)
    assert products.get("/-/dead-letters").json() == products.get("/-/parked").json() == []


def test_the_openapi_document_is_valid_and_has_every_route(products: Service) -> None:
    document = products.get("/openapi.json").json()
    validate(document)
    routes = {(method, path) for path, methods in document["paths"].items() for method in methods}
    assert {("get", "/products"), ("post", "/products"), ("get", "/products/{id}"), ("put", "/products/{id}")} < routes
    assert {("delete", "/products/{id}"), ("get", "/products/{id}/history"), ("get", "/readyz")} < routes


def test_the_docs_are_a_page_that_loads_nothing(products: Service) -> None:
    page = products.get("/docs", accept=PAGE)
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "Rename or reprice a product" in page.text
    assert not re.search(r'<script|@import|src=|href="(?!#|/|data:)', page.text)


def test_pages_of_other_sites_may_not_write(products: Service) -> None:
    refused = products.post("/products", TEA, origin=ANOTHER_SITE)
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:foldline:problem:forbidden")
    assert products.post("/-/dead-letters/1/discard", {}, origin=ANOTHER_SITE).status_code == 403
    assert products.post("/products", TEA, origin=products.url).status_code == 201


def test_what_an_operator_does_needs_json_and_a_thing_to_do_it_to(products: Service) -> None:
    assert products.post("/-/dead-letters/1/discard", "", content_type="text/plain").status_code == 415
    assert products.post("/-/dead-letters/1/discard", {}).status_code == 404
    assert products.get("/-/dead-letters/1/discard").status_code == 405


def test_a_request_has_one_id_from_end_to_end(products: Service) -> None:
    assert products.post("/products", TEA, x_request_id="order-66").headers["X-Request-Id"] == "order-66"
    assert '"order-66"' in products.output()
    made_up = {products.get("/products", x_request_id="no id").headers["X-Request-Id"] for _ in range(2)}
    assert len(made_up) == 2
    assert "no id" not in made_up


# --- access ---


@pytest.mark.parametrize("address", ["0.0.0.0", "[::]", "0.0.0.0:8080"])
def test_nobody_is_let_in_from_outside_without_a_token(shop: Shop, address: str) -> None:
    refused = shop.foldline("serve", "products", "--bind", address)
    assert refused.returncode == 2
    assert f"FOLDLINE_BIND={address}" in refused.stderr
    assert "FOLDLINE_TOKEN" in refused.stderr


def test_with_a_token_others_may_be_let_in(shop: Shop) -> None:
    shop.serve("products", host="0.0.0.0", token="secret").stop()
    shop.serve("products", host="0.0.0.0", allow="open").stop()


def test_a_token_opens_every_route_and_health_needs_none(shop: Shop) -> None:
    products = shop.serve("products", token="secret")
    for path in ("/products", "/products/1", "/metrics", "/openapi.json", "/docs", "/-/status", "/nothing"):
        refused = products.get(path)
        assert (refused.status_code, refused.headers["WWW-Authenticate"].split()[0]) == (401, "Bearer"), path
        assert products.get(path, authorization="Bearer secret").status_code in {200, 404}, path
    assert products.post("/products", TEA).status_code == 401
    assert products.post("/products", TEA, authorization="Bearer guess").status_code == 401
    assert products.post("/products", TEA, authorization="Bearer secret").status_code == 201
    assert products.get("/livez").status_code == products.get("/readyz").status_code == 200
    assert "secret" not in products.output()


def test_a_page_asks_for_the_token_once(shop: Shop) -> None:
    products = shop.serve("products", token="secret")
    asked = products.get("/docs", accept=PAGE)
    assert (asked.status_code, "<form" in asked.text) == (401, True)
    form = "application/x-www-form-urlencoded"
    assert products.post("/sign-in", "token=guess&next=/docs", content_type=form).status_code == 401
    let_in = products.post("/sign-in", "token=secret&next=/docs", content_type=form)
    assert (let_in.status_code, let_in.headers["Location"]) == (303, "/docs")
    cookie = let_in.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert products.get("/docs", accept=PAGE, cookie=cookie.partition(";")[0]).status_code == 200
