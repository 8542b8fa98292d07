"""An application in this process: its services as they are served, on a log and states that are thrown away."""

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask.testing import FlaskClient

from foldline.errors import NotReady
from foldline.functions.loading import load
from foldline.serve import RunningService, start_service
from foldline.settings import Settings
from foldline.topology import read_topology

_PATIENCE = 30.0
_GLANCE = 0.005


class Running:
    """Services that run, each by its name."""

    def __init__(self, services: Mapping[str, RunningService]) -> None:
        self._services = services

    def __getitem__(self, service: str) -> FlaskClient:
        """A new client of the service, which asks it as HTTP would: `.get`, `.post`, `.put`, `.delete`."""
        return self._services[service].app.test_client()

    def catch_up(self) -> None:
        """Return once every service has folded all that is on the log now; raises NotReady where one does not."""
        for service in self._services.values():
            for topic in {partition.topic for partition in service.fold.progress.next}:
                service.fold.catch_up(topic, _PATIENCE)


@contextmanager
def running(folder: str | Path = ".", *services: str, **settings: Any) -> Iterator[Running]:
    """Run the services of the application in `folder` (all, unless some are named) until the block ends.

    Its `topics.yaml` and functions are the real ones, and so are commands, folds, projectors and queries; nothing
    listens on a port. All services share one embedded log; what one writes, the others have read after `catch_up`:

        with running("shop") as shop:
            created = shop["purchases"].post("/purchases", json={"productId": "p", "customerId": "c", "total": 3})
            shop.catch_up()
            assert shop["dashboard"].get("/api/customers").get_json()[0]["purchaseCount"] == 1

    `settings` are fields of `foldline.settings.Settings`, such as `deadline=1`. Raises SetupError, and NotReady where
    a service does not come to be ready.
    """
    folder = Path(folder)
    topology = read_topology(folder / "topics.yaml")
    with TemporaryDirectory(prefix="foldline-") as scratch, ExitStack() as started:
        chosen = Settings(**{"log": f"sqlite:{scratch}/log.db", "state": f"{scratch}/", "core": None} | settings)
        yield Running(
            {
                name: started.enter_context(_ready(start_service(load(topology, name, folder), chosen)))
                for name in services or topology.services
            }
        )


@contextmanager
def _ready(service: RunningService) -> Iterator[RunningService]:
    with closing(service):
        deadline = time.monotonic() + _PATIENCE
        while reasons := service.operations.readiness():
            if time.monotonic() > deadline:
                raise NotReady("; ".join(reasons))
            time.sleep(_GLANCE)
        yield service
