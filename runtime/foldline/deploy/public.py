"""Which requests from outside go to which service. What is not listed here is not routed: operators' routes are not."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from flask import Flask

from foldline.errors import TopologyError
from foldline.functions.application import Application
from foldline.topology import Topology

INTERNAL = ("/metrics", "/livez", "/readyz")
"""What is for operators and their machines only, and so is all below `/-/`."""

_OWN = ("/ws", "/docs", "/openapi.json", "/asyncapi.json")
"""Every service has them; outside they are those of the first service with a page."""

_VARIABLE = re.compile(r"<([^<>]*)>")


@dataclass(frozen=True, slots=True)
class PublicRoute:
    """Requests that a service answers to the outside."""

    service: str
    methods: tuple[str, ...]
    path: str
    """As a function declares it: `/products/<id>`."""

    @property
    def pattern(self) -> str:
        """A regular expression that the whole path matches."""
        fixed, *rest = _VARIABLE.split(self.path)
        pattern = re.escape(fixed)
        for variable, after in zip(rest[::2], rest[1::2], strict=True):
            pattern += (".+" if variable.startswith("path:") else "[^/]+") + re.escape(after)
        return pattern

    @property
    def place(self) -> tuple[str, bool]:
        """Its path, if that is fixed; else the path below which all of it is, and True."""
        fixed, *variables = _VARIABLE.split(self.path)
        return (fixed[: fixed.rfind("/") + 1], True) if variables else (fixed, False)


@dataclass(frozen=True, slots=True)
class Place:
    """A path, or all that is below one, and the public routes there."""

    path: str
    """`/products`, or `/products/` for all that is below it."""
    below: bool
    routes: tuple[PublicRoute, ...]

    @property
    def services(self) -> tuple[str, ...]:
        """The services that have a route here, in the order of topics.yaml."""
        return tuple(dict.fromkeys(route.service for route in self.routes))


def public_routes(topology: Topology, applications: Mapping[str, Application]) -> tuple[PublicRoute, ...]:
    """Every request that the outside may send, and who answers it."""
    routes = [route for application in applications.values() for route in _of_functions(application)]
    routes += [route for application in applications.values() for route in _of_page(application)]
    routes += [PublicRoute(name, ("GET",), path) for name in _front(applications) for path in _OWN]
    routes += _of_histories(topology, routes)
    return tuple(routes)


def places(routes: Iterable[PublicRoute]) -> list[Place]:
    """The routes by where they are; what goes before others stands before them: paths, then the longest beginnings."""
    found: dict[tuple[str, bool], list[PublicRoute]] = {}
    for route in routes:
        found.setdefault(route.place, []).append(route)
    made = [Place(path, below, tuple(there)) for (path, below), there in found.items()]
    return sorted(made, key=lambda place: (place.below, -len(place.path) if place.below else 0))


def undivided(places: Iterable[Place], system: str) -> list[Place]:
    """The places, for a `system` that looks at paths only. Raises TopologyError where one is several services'."""
    found = list(places)
    problems = [
        f"{place.path} is answered by {' and '.join(place.services)}: {system} looks at paths only, and cannot tell "
        "whose a request is; put these functions into one service"
        for place in found
        if len(place.services) > 1
    ]
    if problems:
        raise TopologyError(*problems)
    return found


def _of_functions(application: Application) -> Iterator[PublicRoute]:
    for route in (*(c.route for c in application.commands), *(q.route for q in application.queries)):
        yield PublicRoute(application.service.name, _with_head(route.method), route.path)


def _of_page(application: Application) -> Iterator[PublicRoute]:
    if application.page is None:
        return
    app = Flask("foldline", static_folder=None)
    app.register_blueprint(application.page.blueprint(dict.fromkeys(application.page.ports, ""), None))
    for rule in app.url_map.iter_rules():
        yield PublicRoute(application.service.name, tuple(sorted(rule.methods or ())), rule.rule)


def _front(applications: Mapping[str, Application]) -> list[str]:
    return [name for name, application in applications.items() if application.page is not None][:1]


def _of_histories(topology: Topology, routes: Iterable[PublicRoute]) -> Iterator[PublicRoute]:
    """An entity's history is asked of the service that answers for the entity, where that folds its topic."""
    for topic in topology.topics:
        folding = [name for name, service in topology.services.items() if topic in service.topics]
        answering = [
            route.service for route in routes if route.path.startswith(f"/{topic}/") and "GET" in route.methods
        ]
        for name in [name for name in (*answering, *folding) if name in folding][:1]:
            yield PublicRoute(name, _with_head("GET"), f"/{topic}/<id>/history")


def _with_head(method: str) -> tuple[str, ...]:
    return ("GET", "HEAD") if method == "GET" else (method,)
