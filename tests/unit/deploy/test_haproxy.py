"""Where the balancer sends a request, read from its own configuration."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from services import SERVICES

from foldline.deploy.haproxy import render_haproxy, rules
from foldline.deploy.model import Deployment
from foldline.deploy.public import PublicRoute, places

Deploy = Callable[..., Deployment]

COMMANDS = {
    "products": ("create", "update", "delete"),
    "customers": ("create", "update", "delete"),
    "purchases": ("create",),
}


def matches(condition: str, method: str, path: str) -> bool:
    """Whether a request meets a rule's condition, as HAProxy understands its tests."""
    tests: Mapping[str, Callable[[list[str]], bool]] = {
        "path": lambda values: path in values,
        "path_beg": lambda values: path.startswith(tuple(values)),
        "path_reg": lambda values: re.search(values[0], path) is not None,
        "method": lambda values: method in values,
    }
    parts = [part.split() for part in re.findall(r"\{ (.*?) \}", condition)]
    return all(tests[what](values) for what, *values in parts)


def goes_to(deployment: Deployment, method: str, path: str) -> str | None:
    found = (rule.service for rule in rules(deployment.places) if matches(rule.condition, method, path))
    return next(found, None)


def requests(commands: Mapping[str, tuple[str, ...]] = COMMANDS) -> Iterator[tuple[str, str, str]]:
    """Each function's name, and a request for it."""
    for topic in SERVICES:
        methods = {
            "create": ("POST", f"/{topic}"),
            "update": ("PUT", f"/{topic}/x"),
            "delete": ("DELETE", f"/{topic}/x"),
        }
        yield from ((f"{topic}.{name}", *methods[name]) for name in commands[topic])
        yield f"{topic}.browse", "GET", f"/{topic}"
        yield f"{topic}.retrieve", "GET", f"/{topic}/x"
        yield f"{topic}.retrieve", "HEAD", f"/{topic}/x"


def test_each_request_goes_to_the_service_that_has_the_function(shop: Deployment) -> None:
    for name, method, path in requests():
        assert goes_to(shop, method, path) == name.partition(".")[0]
    for path in ("/", "/ws", "/app.js", "/api/customers", "/api/customers/x/purchases", "/system/products/parked"):
        assert goes_to(shop, "GET", path) == "dashboard"
    assert goes_to(shop, "POST", "/system/products/parked/1/retry") == "dashboard"
    assert goes_to(shop, "GET", "/products/x/history") == "products"


@pytest.mark.parametrize("path", ["/-/status", "/metrics", "/livez", "/readyz", "/nothing", "/productsx", "//-/status"])
def test_nothing_else_goes_anywhere(shop: Deployment, path: str) -> None:
    assert goes_to(shop, "GET", path) is None


def test_all_functions_may_be_in_one_service(deploy: Deploy) -> None:
    one = deploy({"shop": {"commands": list(SERVICES), "queries": list(SERVICES)}})
    assert {goes_to(one, method, path) for _, method, path in requests()} == {"shop"}


def test_each_function_may_be_in_a_service_of_its_own(deploy: Deploy) -> None:
    services: dict[str, Any] = {}
    for name, method, _ in requests():
        services[name.replace(".", "-")] = {"queries" if method in {"GET", "HEAD"} else "commands": [name]}
    apart = deploy(services)
    for name, method, path in requests():
        assert goes_to(apart, method, path) == name.replace(".", "-")
    assert goes_to(apart, "GET", "/products/x/history") == "products-retrieve"


def test_what_no_function_takes_is_refused_by_a_service_that_knows_the_place(deploy: Deploy) -> None:
    apart = deploy({"reads": {"queries": ["products"]}, "writes": {"commands": ["products"]}})
    assert goes_to(apart, "PATCH", "/products") in {"reads", "writes"}


def test_a_path_goes_before_a_pattern_that_it_matches() -> None:
    routes = [
        *(PublicRoute(service, ("GET",), f"/a/<{service}>") for service in ("one", "two")),
        PublicRoute("three", ("GET",), "/a/b"),
    ]
    services = [rule.service for rule in rules(places(routes)) if matches(rule.condition, "GET", "/a/b")]
    assert services[0] == "three"


def test_operators_routes_are_refused_however_they_are_written(shop: Deployment) -> None:
    text = render_haproxy(shop)
    assert "deny_status 404 if { path,url_dec -m beg /-/ // }" in text
    assert "path,url_dec -m str /metrics /livez /readyz" in text
    assert text.index("deny_status 404 if") < text.index("use_backend")


def test_more_instances_may_be_started_than_are_declared(deploy: Deploy) -> None:
    assert "server-template ready- 8 products:8000" in render_haproxy(deploy())
    many = {"products": {"queries": ["products"], "deploy": {"instances": 7}}}
    assert "server-template ready- 14 products:8000" in render_haproxy(deploy(many))
