"""The services' addresses: free, served, or taken by something else."""

from collections.abc import Iterator

from foldline.admin.checks.check import Check
from foldline.admin.checks.listeners import holder_of, is_taken
from foldline.admin.same_log import REMEDY, Identities, is_on_another_log
from foldline.admin.services import Services, Status
from foldline.errors import FoldlineError, Unauthorized
from foldline.settings import Settings
from foldline.topology import Service, Topology


def check_ports(
    settings: Settings, topology: Topology, services: Services, identities: Identities | None = None
) -> Iterator[Check]:
    """A row for each service; `identities` are the log's, None where it cannot be read."""
    for name, status in services.statuses().items():
        url = services.urls[name]
        if isinstance(status, FoldlineError):
            yield _silent(topology.services[name], url, status, elsewhere=name in settings.urls)
        elif is_on_another_log(status, identities):
            yield Check(f"service {name}", "warn", f"runs at {url}, on another log than {settings.log}", REMEDY)
        else:
            yield _serves(f"service {name}", url, status)


def _silent(service: Service, url: str, status: FoldlineError, *, elsewhere: bool) -> Check:
    name = f"service {service.name}"
    if isinstance(status, Unauthorized):
        return Check(name, "warn", f"{url}: {status.message}", "see whether it is the token that it has")
    if elsewhere:
        return Check(name, "warn", status.message, "correct FOLDLINE_URLS, or start it there")
    if is_taken(service.port):
        by = holder_of(service.port) or "another program"
        return Check(
            name,
            "fail",
            f"port {service.port} is taken by {by}",
            "stop that, or give the service another port in topics.yaml",
        )
    return Check(name, "ok", f"not running; port {service.port} is free")


def _serves(name: str, url: str, status: Status) -> Check:
    if status["ready"]:
        return Check(name, "ok", f"runs at {url}, and is ready")
    what = f"runs at {url}, and is not ready: {'; '.join(status['reasons'])}"
    return Check(name, "warn", what, "wait; `foldline status --watch` shows how it comes on")
