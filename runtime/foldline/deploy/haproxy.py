"""haproxy.cfg: the balancer of compose.yaml."""

from collections.abc import Iterator
from typing import NamedTuple

from foldline.deploy.model import LIVE, PORT, READY, Deployment
from foldline.deploy.public import INTERNAL, Place
from foldline.deploy.text import render

SLOTS = 8
"""Instances of a service that the balancer can know, so that one may start more than topics.yaml says."""

_PROBLEMS = {
    404: ("no-such-route", "There is no such route."),
    408: ("request-timeout", "The request did not come in time."),
    502: ("unknown", "The service broke off; whether a write took place is not known."),
    503: ("not-ready", "No instance of the service can answer this now; try again."),
    504: ("unknown", "The service did not answer in time; whether a write took place is not known."),
}
"""What the balancer itself answers, in the services' own words."""


class Rule(NamedTuple):
    """Which requests go to a service; the first that matches counts."""

    service: str
    condition: str


def render_haproxy(deployment: Deployment) -> str:
    """The balancer's configuration."""
    slots = max(SLOTS, *(2 * service.size.instances for service in deployment.services))
    return render(
        "haproxy.cfg",
        services=deployment.services,
        problems=_PROBLEMS,
        rules=[*rules(deployment.places)],
        internal=" ".join(INTERNAL),
        port=PORT,
        ready=READY,
        live=LIVE,
        slots=slots,
    )


def rules(places: list[Place]) -> Iterator[Rule]:
    """A service for each place. Where several answer at one place, method and path tell their requests apart."""
    paths: dict[str, list[str]] = {}
    for place in places:
        if not place.below:
            yield from _apart(place)
            paths.setdefault(place.services[0], []).append(place.path)
    yield from (Rule(service, f"{{ path {' '.join(there)} }}") for service, there in paths.items())
    for place in places:
        if place.below:
            yield from _apart(place)
            yield Rule(place.services[0], f"{{ path_beg {place.path} }}")


def _apart(place: Place) -> Iterator[Rule]:
    if len(place.services) > 1:
        for route in place.routes:
            yield Rule(route.service, f"{{ method {' '.join(route.methods)} }} {{ path_reg ^{route.pattern}$ }}")
