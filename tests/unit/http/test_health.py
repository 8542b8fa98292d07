"""Health and metrics."""

from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families


def samples(client: Any) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain")
    families = text_string_to_metric_families(answer.text)
    return {(s.name, frozenset(s.labels.items())): s.value for family in families for s in family.samples}


def plain(client: Any, name: str, **labels: str) -> float | None:
    return samples(client).get((name, frozenset(labels.items())))


def test_a_live_process_says_so(client: Any) -> None:
    answer = client.get("/livez")
    assert (answer.status_code, answer.json) == (200, {"live": True})


def test_a_ready_service_says_so(client: Any) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (200, {"ready": True})


def test_a_service_that_is_not_ready_says_why(shop: Any, client: Any) -> None:
    shop.operations.reasons = ("the state is behind", "no contact with the log")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "1"
    assert answer.json["reasons"] == ["the state is behind", "no contact with the log"]
    assert answer.json["detail"] == "the state is behind; no contact with the log"
    assert client.get("/livez").status_code == 200


@pytest.mark.parametrize(
    ("name", "labels", "value"),
    [
        ("foldline_ready", {}, 1),
        ("foldline_lag_seconds", {}, 1.5),
        ("foldline_contact_seconds", {}, 0.25),
        ("foldline_repairs_waiting", {}, 2),
        ("foldline_oldest_repair_seconds", {}, 3),
        ("foldline_unreadable_entities", {}, 1),
        ("foldline_dead_letters", {}, 4),
        ("foldline_parked_events", {}, 5),
        ("foldline_records_total", {}, 100),
        ("foldline_lost_total", {}, 3),
        ("foldline_entities", {"topic": "products"}, 7),
        ("foldline_position", {"topic": "eventbus.products", "partition": "0"}, 43),
        ("foldline_log_end", {"topic": "eventbus.products", "partition": "0"}, 50),
    ],
)
def test_metrics_tell_the_services_status(client: Any, name: str, labels: dict[str, str], value: float) -> None:
    assert plain(client, name, **labels) == value


def test_a_time_that_is_not_known_is_left_out(shop: Any, client: Any) -> None:
    shop.operations.lag = None
    assert plain(client, "foldline_lag_seconds") is None


def test_metrics_count_requests_by_function_method_and_status(client: Any) -> None:
    client.get("/products/p1")
    client.get("/products/p2")
    client.head("/products/p1")
    client.get("/nowhere/at/all")
    client.open("/products", method="BREW")
    counts = {
        (labels["function"], labels["method"], labels["status"]): value
        for (name, pairs), value in samples(client).items()
        if name == "foldline_request_seconds_count" and (labels := dict(pairs))
    }
    assert counts == {
        ("products.retrieve", "GET", "200"): 2,
        ("products.retrieve", "HEAD", "200"): 1,
        ("none", "GET", "404"): 1,
        ("none", "other", "405"): 1,
    }


def test_each_application_counts_for_itself(shop: Any) -> None:
    one, other = shop.client(), shop.client()
    one.get("/products/p1")
    labels = {"function": "products.retrieve", "method": "GET", "status": "200"}
    assert plain(one, "foldline_request_seconds_count", **labels) == 1
    assert plain(other, "foldline_request_seconds_count", **labels) is None
