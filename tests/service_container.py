"""A service of the shop's image in a container, spoken to as any other service."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import requests
from engine import IMAGE
from ports import free_port
from services import Service
from testcontainers.core.container import DockerContainer
from testcontainers.core.network import Network


class ServiceContainer(Service):
    """`foldline serve NAME` in a container that may do next to nothing."""

    def __init__(self, name: str, topics_file: Path | None, network: Network, image: str) -> None:
        """Start it, and do not wait. `topics_file` takes the place of the image's own topics.yaml, if given."""
        self.name, self.port = name, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.container = DockerContainer(
            image,
            network=network,
            volumes=[(str(topics_file), "/app/topics.yaml", "ro")] if topics_file else None,
            read_only=True,
            cap_drop=["ALL"],
            security_opt=["no-new-privileges"],
        )
        self.container.with_command(["serve", name]).with_tmpfs_mount("/tmp")
        self.container.with_envs(
            FOLDLINE_LOG="kafka://kafka:9092", FOLDLINE_ALLOW="open,low-replication", FOLDLINE_DRAIN="0"
        )
        self.container.ports["8000/tcp"] = ("127.0.0.1", self.port)  # type: ignore[assignment] # an address too
        self.container.start()

    def output(self) -> str:
        stdout, stderr = self.container.get_logs()
        return (stdout + stderr).decode()

    def is_ready(self) -> bool:
        self.container.reload()
        assert self.container.status == "running", f"{self.name} ended:\n{self.output()}"
        try:
            return self.get("/readyz").status_code == 200
        except requests.ConnectionError:
            return False

    def stop(self) -> None:
        """Stop it in good order, which it must do; more than once, if you like."""
        self.container.get_wrapped_container().stop(timeout=20)
        assert self.container.wait() == 0, self.output()

    def kill(self) -> None:
        """As `kill -9` does, whatever it does; nothing of it is left."""
        self.container.stop()


@contextmanager
def serving(
    network: Network, *names: str, image: str = IMAGE, topics_file: Path | None = None
) -> Iterator[list[ServiceContainer]]:
    """A container for each of these services, once all are ready; they must stop in good order."""
    with ExitStack() as stack:
        services: list[ServiceContainer] = []
        for name in names:
            services.append(ServiceContainer(name, topics_file, network, image))
            stack.callback(services[-1].kill)
        for service in services:
            service.wait_ready()
        yield services
        for service in services:
            service.stop()
