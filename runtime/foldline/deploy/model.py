"""The deployment of an application, before it is written for any one system: all that a renderer reads."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from foldline.deploy.acls import Need, needs, needs_to_create
from foldline.deploy.public import Place, PublicRoute, places, public_routes
from foldline.errors import TopologyError
from foldline.functions.application import Application
from foldline.topology import Service, Size, Topology

PORT = 8000
"""Where every service listens in its container."""

LIVE, READY = "/livez", "/readyz"
"""Whether to start an instance anew, and whether to send it requests."""

DRAIN = 3
"""Seconds that a stopping instance goes on accepting, until the balancer has seen that it is not ready."""

STOP = DRAIN + 7
"""Seconds from SIGTERM to SIGKILL; of itself an instance ends within 5 s after the drain."""

STATE = "/app/var"
"""The folder of a service's state in its container, where it keeps one."""

USER = 10001
"""Who the image's processes are."""

TOPICS = "topics"
"""What creates the topics, and ends."""

_BESIDE = (TOPICS, "kafka", "balancer", "client", "config", "ingress", "network")
"""Names that a system's files give to what stands beside the services."""


@dataclass(frozen=True, slots=True)
class DeployedService:
    """One service, as containers run it."""

    service: Service
    environment: Mapping[str, str]
    """What it is told besides what all are told."""
    links: tuple[str, ...]
    """Services that it asks."""

    @property
    def name(self) -> str:
        """As in topics.yaml; also its host's name."""
        return self.service.name

    @property
    def command(self) -> tuple[str, ...]:
        """The arguments of the image's entry point, `foldline`."""
        return ("serve", self.name)

    @property
    def size(self) -> Size:
        """How many instances, and how large."""
        return self.service.deploy

    @property
    def cpu_shares(self) -> int:
        """Its weight where cores are short, as containers have it: 1024 for one core."""
        return max(2, min(1024, round(1024 * self.size.cpus)))

    @property
    def keeps_state(self) -> bool:
        """Whether an instance's state outlives its process, in the folder STATE."""
        return self.service.state == "file"


@dataclass(frozen=True, slots=True)
class Deployment:
    """All that is to run."""

    image: str
    host: str | None
    brokers: str
    """Where Kafka is, unless the system brings its own: HOST:PORT,..."""
    environment: Mapping[str, str]
    """What all are told, in every system. Where brokers are, and secrets, each system says in its own way."""
    services: tuple[DeployedService, ...]
    routes: tuple[PublicRoute, ...]
    rights: tuple[Need, ...]
    """What each service, and who creates the topics, must be allowed on Kafka."""

    @property
    def name(self) -> str:
        """What the whole is called: the image's last name, as any system takes it."""
        return re.sub("[._-]+", "-", self.image.rpartition("/")[2].partition(":")[0])

    @property
    def places(self) -> list[Place]:
        """Where requests from outside go, by path."""
        return places(self.routes)

    @property
    def urls(self) -> str:
        """Where services find each other: FOLDLINE_URLS."""
        return _urls(service.name for service in self.services)


def deployment_of(topology: Topology, applications: Mapping[str, Application]) -> Deployment:
    """The deployment that topics.yaml describes; `applications` by service, for their routes.

    Raises TopologyError for a service that is named as something that runs beside the services.
    """
    if taken := [name for name in topology.services if name in _BESIDE]:
        raise TopologyError(
            *(f"services.{name}: a deployment has a {name} of its own; name the service otherwise" for name in taken)
        )
    return Deployment(
        image=topology.deploy.image,
        host=topology.deploy.host,
        brokers=topology.deploy.brokers,
        environment={"FOLDLINE_BIND": f"0.0.0.0:{PORT}", "FOLDLINE_DRAIN": str(DRAIN)},
        services=tuple(_deployed(service, topology) for service in topology.services.values()),
        routes=public_routes(topology, applications),
        rights=(*needs(topology, applications), *needs_to_create(topology, TOPICS)),
    )


def _deployed(service: Service, topology: Topology) -> DeployedService:
    """A page's server asks all services; nobody else asks another."""
    if service.web is None:
        return DeployedService(service, {}, ())
    others = tuple(name for name in topology.services if name != service.name)
    return DeployedService(service, {"FOLDLINE_URLS": _urls(topology.services)}, others)


def _urls(services: Iterable[str]) -> str:
    return ",".join(f"{name}=http://{name}:{PORT}" for name in services)
