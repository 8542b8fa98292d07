"""The services' addresses: free, served, or taken by something else."""

from collections.abc import Iterator, Mapping
from typing import Any

from foldline.admin.checks.check import Check
from foldline.admin.checks.listeners import holder_of, is_taken
from foldline.admin.services import Services
from foldline.client.transport import Answer
from foldline.errors import FoldlineError, Unauthorized
from foldline.settings import Settings
from foldline.topology import Service, Topology


def check_ports(settings: Settings, topology: Topology, services: Services) -> Iterator[Check]:
    """A row for each service."""
    for name, answer in services.ask_all("/-/status").items():
        yield _check(topology.services[name], services.urls[name], answer, elsewhere=name in settings.urls)


def _check(service: Service, url: str, answer: Answer | FoldlineError, *, elsewhere: bool) -> Check:
    name = f"service {service.name}"
    found = None if isinstance(answer, FoldlineError) else _served(answer)
    if found is not None and found.get("service") == service.name:
        return _serves(name, url, found)
    if isinstance(answer, Unauthorized):
        return Check(name, "warn", f"{url}: {answer.message}", "see whether it is the token that it has")
    if elsewhere:
        return Check(
            name, "warn", f"{url}: it is not {service.name} that answers there", "correct FOLDLINE_URLS, or start it"
        )
    if is_taken(service.port):
        by = holder_of(service.port) or "another program"
        return Check(
            name,
            "fail",
            f"port {service.port} is taken by {by}",
            "stop that, or give the service another port in topics.yaml",
        )
    return Check(name, "ok", f"not running; port {service.port} is free")


def _serves(name: str, url: str, status: Mapping[str, Any]) -> Check:
    if status.get("ready"):
        return Check(name, "ok", f"runs at {url}, and is ready")
    return Check(
        name,
        "warn",
        f"runs at {url}, and is not ready: {'; '.join(status.get('reasons', ()))}",
        "wait; `foldline status --watch` shows how it comes on",
    )


def _served(answer: Answer) -> Mapping[str, Any]:
    try:
        status = answer.json()
    except ValueError:
        return {}
    return status if isinstance(status, dict) else {}
