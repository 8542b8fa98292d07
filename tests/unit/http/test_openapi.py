"""The OpenAPI document and its page."""

import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from typing import Any, Optional

import pytest
from openapi_spec_validator import validate

HTTP = {"get", "post", "put", "patch", "delete"}


@pytest.fixture
def document(client: Any) -> Any:
    answer = client.get("/openapi.json")
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    return answer.json


@pytest.mark.parametrize("token", [None, "secret"])
def test_the_document_is_valid(shop: Any, token: str | None) -> None:
    answer = shop.client(token=token).get("/openapi.json", headers={"Authorization": f"Bearer {token}"})
    assert answer.json["openapi"].startswith("3.1")
    validate(answer.json)


def test_every_route_is_in_it_and_no_other(shop: Any, document: Any) -> None:
    served = {
        (re.sub(r"<(?:int:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in shop.app().url_map.iter_rules()
        for method in rule.methods or ()
        if method.lower() in HTTP
    }
    described = {(path, method) for path, methods in document["paths"].items() for method in methods}
    assert described == served


def test_a_command_is_described_by_what_it_declares(document: Any) -> None:
    create = document["paths"]["/products"]["post"]
    assert create["summary"] == "Add a product"
    assert create["description"] == "It gets an id of its own."
    assert (create["x-foldline-function"], create["x-foldline-topic"]) == ("products.create", "products")
    assert create["requestBody"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Product"}
    assert set(create["responses"]["201"]["headers"]) == {"ETag", "Log-Position", "Location"}
    sent = {parameter["$ref"].rpartition("/")[2] for parameter in create["parameters"]}
    assert sent >= {"If-Match", "Idempotency-Key", "Log-Position", "Prefer"}
    assert "requestBody" not in document["paths"]["/products/{id}"]["delete"]


def test_a_query_is_described_by_what_it_reads(document: Any) -> None:
    entity = {"$ref": "#/components/schemas/entity.products"}
    browse, retrieve = (document["paths"][path]["get"] for path in ("/products", "/products/{id}"))
    answers = [query["responses"]["200"]["content"]["application/json"]["schema"] for query in (browse, retrieve)]
    assert answers == [{"type": "array", "items": entity}, entity]
    limit = next(parameter for parameter in browse["parameters"] if parameter.get("name") == "limit")
    assert limit["schema"] == {"type": "integer", "default": 100, "minimum": 1, "maximum": 1000}
    assert "304" in retrieve["responses"]


def nothing_said(products: Any): ...  # type: ignore[no-untyped-def]


def one_or_none(products: Any) -> Optional[dict[str, Any]]: ...  # noqa: UP045


def known_to_type_checkers_only(products: Any) -> "Unknown": ...  # type: ignore[name-defined]  # noqa: F821


@pytest.mark.parametrize("function", [nothing_said, one_or_none, known_to_type_checkers_only])
def test_any_annotation_of_a_query_is_put_up_with(shop: Any, function: Any) -> None:
    query = replace(shop.application.queries[1], function=function)
    shop.application = replace(shop.application, queries=(query,))
    document = shop.client().get("/openapi.json").json
    answer = document["paths"]["/products/{id}"]["get"]["responses"]["200"]
    assert answer["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/entity.products"}


def test_an_entity_has_an_id_and_may_have_more_fields_than_a_body(document: Any) -> None:
    schemas = document["components"]["schemas"]
    assert list(schemas["entity.products"]["properties"]) == ["id", "name", "price", "tags"]
    assert "additionalProperties" not in schemas["entity.products"]
    assert schemas["Product"]["additionalProperties"] is False


def test_a_token_is_asked_for_everywhere_but_for_health(shop: Any) -> None:
    document = shop.client(token="t").get("/openapi.json", headers={"Authorization": "Bearer t"}).json
    assert document["components"]["securitySchemes"]["token"] == {"type": "http", "scheme": "bearer"}
    free = {path for path, methods in document["paths"].items() for one in methods.values() if not one["security"]}
    assert free == {"/livez", "/readyz", "/sign-in"}


def test_the_page_shows_every_operation(client: Any, document: Any) -> None:
    answer = client.get("/docs")
    assert (answer.status_code, answer.content_type) == (200, "text/html; charset=utf-8")
    assert answer.text.count('<span class="method') == sum(map(len, document["paths"].values()))
    assert "Rename or reprice a product" in answer.text


def test_the_page_asks_for_nothing_else_and_runs_nothing(client: Any) -> None:
    answer = client.get("/docs")
    (style,) = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith(f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'")
    assert not re.findall(r"<script|<img|\bsrc=|url\(|@import|https?://|style=", answer.text)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_what_functions_say_is_text_and_no_html(shop: Any) -> None:
    function = shop.application.commands[0].function
    function.__doc__, kept = "Add <b>one</b>.", function.__doc__
    try:
        assert "Add &lt;b&gt;one" in shop.client().get("/docs").text
    finally:
        function.__doc__ = kept


def test_an_entity_is_called_as_its_schema_is(document: Any) -> None:
    entity = document["components"]["schemas"]["entity.products"]
    assert (entity["title"], entity["description"]) == ("Product", "What a body may hold.")
