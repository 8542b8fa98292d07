"""Errors of every kind are answered as problems."""

from typing import Any

import pytest
from structlog.testing import capture_logs

from foldline.errors import FunctionError, NotFound

STANDARD = {"type", "title", "status", "detail", "requestId"}


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("/product", "There is no /product; did you mean /products?"),
        ("/product/p1", "There is no /product/p1; did you mean /products/<id>?"),
        ("/products/p1/histroy", "There is no /products/p1/histroy; did you mean /products/<id>/history?"),
        ("/readyzz", "There is no /readyzz; did you mean /readyz?"),
        ("/products/", "There is no /products/; did you mean /products?"),
        ("//", "There is no /."),
        ("/" + "x" * 9000, "There is no /" + "x" * 9000 + "."),
    ],
)
def test_an_unknown_path_names_the_nearest(client: Any, path: str, detail: str) -> None:
    answer = client.get("/", environ_overrides={"PATH_INFO": path})
    assert answer.status_code == 404
    assert answer.json["type"] == "urn:foldline:problem:no-such-route"
    assert answer.json["detail"] == detail


def test_a_method_that_a_path_does_not_take_names_those_that_it_does(client: Any) -> None:
    answer = client.patch("/products/p1")
    assert answer.status_code == 405
    assert answer.content_type == "application/problem+json"
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "PUT", "DELETE"}
    assert answer.json["type"] == "urn:foldline:problem:method-not-allowed"


def test_every_problem_has_what_the_standard_asks_for(client: Any) -> None:
    for answer in (client.get("/nowhere"), client.patch("/products"), client.get("/products?x=1")):
        assert answer.json.keys() >= STANDARD
        assert answer.json["status"] == answer.status_code
        assert answer.json["requestId"] == answer.headers["X-Request-Id"]
        assert answer.headers["Cache-Control"] == "no-store"


def test_details_never_replace_what_every_problem_says(shop: Any, client: Any) -> None:
    shop.reads.result = NotFound("gone", id="p1", status=200, type="mine")
    answer = client.get("/products/p1")
    assert (answer.json["status"], answer.json["type"]) == (404, "urn:foldline:problem:not-found")


@pytest.mark.parametrize("error", [KeyError("secret"), FunctionError("secret")])
def test_an_unexpected_error_tells_the_log_all_and_the_caller_nothing(shop: Any, client: Any, error: Exception) -> None:
    shop.writes.result = error
    with capture_logs() as lines:
        answer = client.delete("/products/p1")
    assert answer.status_code == 500
    assert answer.json["type"] == "urn:foldline:problem:internal"
    assert "secret" not in answer.text
    (line,) = [line for line in lines if line["log_level"] == "error"]
    assert line["exc_info"] is shop.writes.result
    assert (line["method"], line["path"]) == ("DELETE", "/products/p1")
