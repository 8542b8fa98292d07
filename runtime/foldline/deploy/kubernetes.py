"""Manifests for Kubernetes: the services and what keeps them running, and Kafka by Strimzi if it is wished."""

from collections.abc import Iterator, Mapping
from typing import Any

from foldline.deploy.acls import Need
from foldline.deploy.model import LIVE, PORT, READY, STATE, STOP, USER, Deployment
from foldline.deploy.public import Place, undivided
from foldline.deploy.text import render
from foldline.errors import TopologyError

_FOLDER = "deploy/kubernetes"

_STRIMZI = {
    "KAFKA_BROKERS": "kafka-kafka-bootstrap:9093",
    "FOLDLINE_KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
    "FOLDLINE_KAFKA_SASL_MECHANISM": "SCRAM-SHA-512",
    "FOLDLINE_KAFKA_SSL_CA_LOCATION": "/etc/kafka/ca.crt",
}
"""How to speak to the cluster that Strimzi makes of kafka.yaml."""


def render_kubernetes(deployment: Deployment, *, strimzi: bool = False) -> dict[str, str]:
    """The manifests, by their paths. `strimzi`: with a Kafka cluster, and a user for each service.

    Raises TopologyError where paths alone do not tell whose a request is.
    """
    environment = (_STRIMZI if strimzi else {"KAFKA_BROKERS": deployment.brokers}) | dict(deployment.environment)
    shared: Mapping[str, Any] = {
        "deployment": deployment,
        "environment": environment,
        "strimzi": strimzi,
        "live": LIVE,
        "port": PORT,
        "ready": READY,
        "state": STATE,
        "stop": STOP,
        "user": USER,
    }
    ports = sorted({broker.rpartition(":")[2] for broker in environment["KAFKA_BROKERS"].split(",")})
    files = {
        "config": _manifest("config", shared),
        "topics": _manifest("topics", shared),
        **{service.name: _manifest("service", shared, service=service) for service in deployment.services},
        "ingress": _manifest("ingress", shared, paths=[*_paths(undivided(deployment.places, "an Ingress"))]),
        "network": _manifest("network", shared, broker_ports=ports),
    }
    if strimzi:
        files["kafka"] = _manifest("kafka", shared, rights=_by_user(deployment.rights))
    return {f"{_FOLDER}/{name}.yaml": text for name, text in files.items()}


def _manifest(template: str, shared: Mapping[str, Any], **more: Any) -> str:
    return render(f"kubernetes/{template}.yaml", **shared, **more)


def _paths(places: list[Place]) -> Iterator[tuple[str, str, str]]:
    """Path, type and service. An Ingress takes `/products` with type Prefix as itself and all that is below it."""
    below = {place.path: place.services[0] for place in places if place.below}
    if "/" in below:
        raise TopologyError(
            f"{below['/']} has a route that begins with a variable: an Ingress would send it operators' routes too; "
            "begin the route with a word"
        )
    for place in places:
        path, service = place.path, place.services[0]
        if not place.below and below.get(f"{path.rstrip('/')}/") != service:
            yield path, "Exact", service
    for path, service in below.items():
        yield path.rstrip("/"), "Prefix", service


def _by_user(rights: tuple[Need, ...]) -> dict[str, list[Need]]:
    found: dict[str, list[Need]] = {}
    for need in rights:
        found.setdefault(need.service, []).append(need)
    return found
