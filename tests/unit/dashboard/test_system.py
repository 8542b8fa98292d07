"""What the System view asks for: this host asks the services."""

from typing import Any

import pytest
from flask.testing import FlaskClient


def test_every_service_is_told_of_whether_it_answers_or_not(client: FlaskClient, service: Any) -> None:
    service.answers["/-/status"] = (200, {"ready": True})
    products, customers = client.get("/system/").get_json()
    assert products == {"name": "products", "url": service.url, "status": {"ready": True}, "error": None}
    assert customers["status"] is None
    assert customers["error"].startswith("customers at http://127.0.0.1:9: ")


def test_a_service_that_refuses_to_tell_its_status_is_told_of(client: FlaskClient, service: Any) -> None:
    service.answers["/-/status"] = (401, {"detail": "no"})
    assert client.get("/system/").get_json()[0]["error"] == "it answered 401 to /-/status"


def test_the_services_are_asked_with_the_token(client: FlaskClient, service: Any) -> None:
    client.get("/system/")
    assert service.asked == [("GET /-/status", "Bearer secret")]


@pytest.mark.parametrize("kept", ["dead-letters", "parked"])
def test_what_a_service_keeps_is_listed_page_by_page(client: FlaskClient, service: Any, kept: str) -> None:
    service.answers[f"/-/{kept}?after=7"] = (200, [{"number": 8}])
    answer = client.get(f"/system/products/{kept}?after=7")
    assert answer.json == [{"number": 8}]
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("act", ["parked/3/retry", "parked/3/discard", "dead-letters/3/discard"])
def test_an_operators_act_is_passed_on(client: FlaskClient, service: Any, act: str) -> None:
    service.answers[f"/-/{act}"] = (204, None)
    answer = client.post(f"/system/products/{act}", content_type="application/json")
    assert (answer.status_code, answer.data) == (204, b"")
    assert service.asked == [(f"POST /-/{act}", "Bearer secret")]


def test_the_services_own_refusal_is_passed_on(client: FlaskClient, service: Any) -> None:
    service.answers["/-/parked/3/retry"] = (422, {"detail": "it failed again"})
    answer = client.post("/system/products/parked/3/retry", json={})
    assert (answer.status_code, answer.json) == (422, {"detail": "it failed again"})


def test_an_act_needs_json(client: FlaskClient, service: Any) -> None:
    """So that no page of another site can do it without asking the browser first."""
    assert client.post("/system/products/parked/3/retry", data={"a": "b"}).status_code == 415
    assert service.asked == []


def test_a_service_that_does_not_answer_is_502(client: FlaskClient) -> None:
    assert client.get("/system/customers/parked").status_code == 502


@pytest.mark.parametrize("path", ["/system/other/parked", "/system/products/passwords"])
def test_what_is_not_there_is_404(client: FlaskClient, service: Any, path: str) -> None:
    assert client.get(path).status_code == 404
    assert service.asked == []
