"""topics.yaml alone says which service runs which functions: however they are grouped, the shop is the same."""

from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from services import SERVICES, Service, Shop

WRITING = {"products": ("create", "update", "delete"), "customers": ("create", "update", "delete")}
COMMANDS = [f"{topic}.{name}" for topic in SERVICES for name in WRITING.get(topic, ("create",))]
QUERIES = [f"{topic}.{name}" for topic in SERVICES for name in ("browse", "retrieve")]

Find = Callable[[str], Service]
"""The service that runs a function."""


def service(topic: str, **functions: str) -> Mapping[str, Any]:
    return {"topics": [topic], **{kind: [name] for kind, name in functions.items()}}


def all_in_one() -> Mapping[str, Any]:
    topics = list(SERVICES)
    return {"shop": {"topics": topics, "commands": topics, "queries": topics}}


def one_for_each_function() -> Mapping[str, Any]:
    kinds = dict.fromkeys(COMMANDS, "commands") | dict.fromkeys(QUERIES, "queries")
    return {name.replace(".", "-"): service(name.split(".")[0], **{kind: name}) for name, kind in kinds.items()}


def story(find: Find) -> list[tuple[int, str]]:
    """A morning in the shop: what each request was answered."""
    answers: list[tuple[int, str]] = []
    seen = ""

    def ask(function: str, method: str, path: str, body: str | None = None) -> str:
        nonlocal seen
        sent = {"log_position": seen} if seen else {}
        if body is not None or method == "DELETE":
            sent["idempotency_key"] = f"{len(answers)}"  # so that the ids are the same in every telling
        answer = find(function).ask(method, path, body, **sent)
        seen = answer.headers.get("Log-Position") or seen
        answers.append((answer.status_code, answer.text.partition('"requestId"')[0]))
        return answer.headers.get("Location", path)

    tea = ask("products.create", "POST", "/products", '{"name": "Tea", "price": 1.50}')
    ask("products.create", "POST", "/products", '{"name": "", "price": 1.50}')
    ask("products.retrieve", "GET", tea)
    ada = ask("customers.create", "POST", "/customers", '{"firstName": "Ada", "lastName": "Byron"}')
    ask("customers.update", "PUT", ada, '{"firstName": "Ada", "lastName": "Lovelace"}')
    ask("customers.retrieve", "GET", ada)
    ask("customers.browse", "GET", "/customers?limit=1")
    bought = f'{{"productId": "{tea.rpartition("/")[2]}", "customerId": "{ada.rpartition("/")[2]}", "total": 3.00}}'
    purchase = ask("purchases.create", "POST", "/purchases", bought)
    ask("purchases.retrieve", "GET", purchase)
    ask("purchases.browse", "GET", "/purchases")
    ask("products.update", "PUT", tea, '{"name": "Green tea", "price": 2}')
    ask("products.browse", "GET", "/products")
    ask("products.delete", "DELETE", tea)
    ask("products.delete", "DELETE", "/products/nothing")
    ask("products.retrieve", "GET", tea)
    ask("products.browse", "GET", "/products")
    ask("customers.delete", "DELETE", ada)
    return [(status, without_date(text)) for status, text in answers]


def without_date(text: str) -> str:
    """All that a telling may differ in."""
    return text.partition('"transactionDate"')[0]


def told_by(folder: Path, services: Mapping[str, Any] | None, name_of: Callable[[str], str]) -> list[tuple[int, str]]:
    """The story as the shop tells it, with its functions grouped like this."""
    with closing(Shop(folder, "sqlite:var/log.db", services)) as shop:
        started = {name: shop.start(name, threads="8") for name in services or SERVICES}
        for one in started.values():
            one.wait_ready()
        return story(lambda function: started[name_of(function)])


@pytest.fixture(scope="module")
def as_it_comes(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[int, str]]:
    folder = tmp_path_factory.mktemp("as-it-comes") / "shop"
    return told_by(folder, None, lambda function: function.partition(".")[0])


def test_the_shop_as_it_comes(as_it_comes: list[tuple[int, str]]) -> None:
    statuses = [status for status, _ in as_it_comes]
    assert statuses == [201, 422, 200, 201, 200, 200, 200, 201, 200, 200, 200, 200, 200, 404, 404, 200, 200]


def test_all_functions_in_one_service(tmp_path: Path, as_it_comes: list[tuple[int, str]]) -> None:
    assert told_by(tmp_path / "shop", all_in_one(), lambda _: "shop") == as_it_comes


def test_a_service_for_each_function(tmp_path: Path, as_it_comes: list[tuple[int, str]]) -> None:
    services = one_for_each_function()
    assert len(services) == 13
    assert told_by(tmp_path / "shop", services, lambda function: function.replace(".", "-")) == as_it_comes
