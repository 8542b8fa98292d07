import re
from collections.abc import Callable

import pytest

from foldline.deploy.model import Deployment
from foldline.deploy.public import Place, PublicRoute, places, undivided
from foldline.errors import TopologyError

Deploy = Callable[..., Deployment]

SPLIT = {"reads": {"queries": ["products"]}, "writes": {"commands": ["products"]}}


def owners(deployment: Deployment) -> dict[str, str]:
    """Who answers for each place; what is below one ends with `*`."""
    return {f"{place.path}{'*' if place.below else ''}": ",".join(place.services) for place in deployment.places}


def test_every_function_is_reached_where_its_route_says(shop: Deployment) -> None:
    found = owners(shop)
    for topic in ("products", "customers", "purchases"):
        assert found[f"/{topic}"] == found[f"/{topic}/*"] == topic
        assert found[f"/api/{topic}"] == found[f"/api/{topic}/*"] == "dashboard"


def test_the_page_and_its_socket_are_at_the_root(shop: Deployment) -> None:
    found = owners(shop)
    assert {found[path] for path in ("/", "/app.js", "/system/", "/ws", "/docs", "/openapi.json")} == {"dashboard"}


def test_what_is_for_operators_is_not_public(shop: Deployment) -> None:
    for place in shop.places:
        assert not place.path.startswith(("/-", "/metrics", "/livez", "/readyz"))
        assert (place.path, place.below) != ("/", True)


def test_without_a_page_nobody_answers_at_the_root(deploy: Deploy) -> None:
    assert not {"/", "/ws", "/docs"} & owners(deploy({"shop": {"queries": ["products"]}})).keys()


def test_an_entitys_history_is_asked_of_who_answers_for_the_entity(shop: Deployment) -> None:
    found = {route.path: route.service for route in shop.routes if route.path.endswith("/history")}
    assert found == {f"/{topic}/<id>/history": topic for topic in ("products", "customers", "purchases")}


def test_an_entitys_history_is_asked_of_who_folds_it_where_nobody_answers_for_it(deploy: Deploy) -> None:
    alone = deploy(
        {"other": {"topics": ["customers"]}, "dashboard": {"queries": ["dashboard"], "projectors": ["sales"]}}
    )
    found = {route.path: route.service for route in alone.routes if route.path.endswith("/history")}
    assert found == {
        "/products/<id>/history": "dashboard",
        "/customers/<id>/history": "other",
        "/purchases/<id>/history": "dashboard",
    }


def test_functions_of_two_services_may_share_a_place(deploy: Deploy) -> None:
    assert owners(deploy(SPLIT))["/products"] == "reads,writes"


def test_a_system_that_looks_at_paths_only_refuses_a_shared_place(deploy: Deploy, shop: Deployment) -> None:
    assert undivided(shop.places, "a balancer") == shop.places
    with pytest.raises(TopologyError) as refused:
        undivided(deploy(SPLIT).places, "a balancer")
    assert refused.value.problems[0] == (
        "/products is answered by reads and writes: a balancer looks at paths only, and cannot tell whose a request "
        "is; put these functions into one service"
    )


def test_a_place_goes_before_what_is_below_a_shorter_one() -> None:
    routes = [PublicRoute("a", ("GET",), path) for path in ("/x/<id>", "/x/y/<id>", "/x/y", "/<any>")]
    assert [(place.path, place.below) for place in places(routes)] == [
        ("/x/y", False),
        ("/x/y/", True),
        ("/x/", True),
        ("/", True),
    ]


@pytest.mark.parametrize(
    ("path", "matches", "others"),
    [
        ("/a.b", ["/a.b"], ["/axb", "/a.b/"]),
        ("/a/<id>", ["/a/1"], ["/a/", "/a/1/2", "/a"]),
        ("/a/<id>/b", ["/a/1/b"], ["/a//b", "/a/1/2/b"]),
        ("/a/<path:rest>", ["/a/1", "/a/1/2"], ["/a/"]),
        ("/a/<any('x', 'y'):kind>", ["/a/x"], ["/a/x/y"]),
    ],
)
def test_a_routes_pattern_matches_what_the_service_does(path: str, matches: list[str], others: list[str]) -> None:
    pattern = PublicRoute("a", ("GET",), path).pattern
    assert all(re.fullmatch(pattern, one) for one in matches)
    assert not any(re.fullmatch(pattern, one) for one in others)


def test_a_place_names_each_service_once() -> None:
    routes = tuple(PublicRoute(service, ("GET",), "/") for service in ("a", "b", "a"))
    assert Place("/", below=False, routes=routes).services == ("a", "b")
