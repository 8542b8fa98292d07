"""The whole system of compose.yaml, for tests that break parts of it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import docker  # type: ignore[import-untyped]
import requests
from docker.models.containers import Container  # type: ignore[import-untyped]
from engine import REPOSITORY
from ports import free_port
from services import eventually

from foldline.client import Client

SERVICES = ("products", "customers", "purchases", "dashboard")

_PROJECT = "foldline-tests"
_SECONDS = 300


class Stack:
    """The system behind its balancer, in a project of its own."""

    def __init__(self) -> None:
        self.port = free_port()
        self._engine = docker.from_env()
        self.url = f"http://127.0.0.1:{self.port}"

    def compose(self, *arguments: str) -> str:
        """Run Docker Compose to its end; gives what it printed."""
        done = subprocess.run(
            [Path(sys.executable).with_name("docker-compose"), "--project-name", _PROJECT, *arguments],
            cwd=REPOSITORY,
            env=os.environ | {"PORT": str(self.port)},
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        assert done.returncode == 0, f"{arguments}: {done.stderr}"
        return done.stdout

    def containers(self, service: str) -> list[Container]:
        """All that run or ran for it, by number."""
        labels = [f"com.docker.compose.project={_PROJECT}", f"com.docker.compose.service={service}"]
        found = self._engine.containers.list(all=True, filters={"label": labels})
        return sorted(found, key=lambda container: int(container.labels["com.docker.compose.container-number"]))

    def client(self) -> Client:
        """A client that reaches the services through the balancer, and is patient."""
        urls = {service: f"{self.url}/services/{service}" for service in SERVICES}
        return Client(urls, timeout=90, max_retries=1000)

    def close(self) -> None:
        """Remove all of it, volumes too."""
        self.compose("--profile", "*", "down", "--volumes", "--timeout", "20")
        self._engine.close()


@contextmanager
def running_stack() -> Iterator[Stack]:
    """The system, once all of it is healthy."""
    stack = Stack()
    try:
        stack.compose("up", "--detach", "--wait", "--wait-timeout", str(_SECONDS))
        yield stack
    finally:
        stack.close()


def address(container: Container) -> str:
    """The URL of one instance of a service, past the balancer."""
    container.reload()
    [network] = container.attrs["NetworkSettings"]["Networks"].values()
    return f"http://{network['IPAddress']}:8000"


def is_ready(container: Container) -> bool:
    """Whether an instance says so."""
    try:
        return requests.get(f"{address(container)}/readyz", timeout=2).status_code == 200
    except requests.RequestException:
        return False


def wait_ready(*containers: Container) -> None:
    """Return once all of these instances are."""
    for container in containers:
        eventually(lambda container=container: is_ready(container), 90)  # type: ignore[misc]
