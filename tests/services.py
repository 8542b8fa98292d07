"""The shop as real processes, for tests that speak to it from outside only: HTTP, signals, the command line."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import requests
import yaml
from ports import free_port

REPOSITORY = Path(__file__).parents[1]
SERVICES = ("products", "customers", "purchases")

_START_SECONDS = 60.0
_STOP_SECONDS = 15.0
_GLANCE = 0.02
_NOT_SERVED = shutil.ignore_patterns("__pycache__", "node_modules", "frontend")

T = TypeVar("T")


def eventually(ask: Callable[[], T], seconds: float = 20.0) -> T:
    """What `ask` gives, once it is true; fails where it is not within `seconds`."""
    deadline = time.monotonic() + seconds
    while not (answer := ask()):
        assert time.monotonic() < deadline, f"not within {seconds} s: {answer!r}"
        time.sleep(_GLANCE)
    return answer


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """This process's environment with these settings of Foldline's and no others."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("FOLDLINE_", "KAFKA_"))}
    return {**inherited, **settings}


class Service:
    """One `foldline serve NAME`, and how to speak to it."""

    def __init__(
        self,
        name: str,
        arguments: Sequence[str],
        folder: Path,
        settings: Mapping[str, str],
        port: int,
        *,
        module: str = "foldline",
        python: str = sys.executable,
    ) -> None:
        """`folder` is where topics.yaml is; its output goes to a file there. `module` is the command line's."""
        self.name = name
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self._output = folder / f"{name}-{port}.log"
        with self._output.open("ab") as output:
            self.process = subprocess.Popen(
                [python, "-m", module, "serve", name, *arguments],
                cwd=folder,
                env=environment(settings),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # so that all that it starts can be found, and ended, by its group
            )

    # --- HTTP ---

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> requests.Response:
        """Send one request, on a connection of its own; `if_match` is the header If-Match. Text is sent as it is."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        data = body.encode() if isinstance(body, str) else None if body is None else json.dumps(body)
        if data is not None:
            sent.setdefault("content-type", "application/json")
        with requests.Session() as session:
            session.trust_env = False
            return session.request(method, self.url + path, data=data, headers=sent, timeout=30, allow_redirects=False)

    def get(self, path: str, **headers: str) -> requests.Response:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: object = None, **headers: str) -> requests.Response:
        return self.ask("POST", path, body, **headers)

    def put(self, path: str, body: object = None, **headers: str) -> requests.Response:
        return self.ask("PUT", path, body, **headers)

    def delete(self, path: str, **headers: str) -> requests.Response:
        return self.ask("DELETE", path, **headers)

    @contextmanager
    def connection(self, sent: bytes = b"", timeout: float = 30.0) -> Iterator[socket.socket]:
        """A bare connection on which these bytes were sent."""
        with socket.create_connection(("127.0.0.1", self.port), timeout) as connection:
            connection.sendall(sent)
            yield connection

    # --- the process ---

    @property
    def worker(self) -> int:
        """The process that serves: gunicorn's only child. None yet: 0."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        assert len(children) <= 1, f"{len(children)} worker processes"
        return int(children[0]) if children else 0

    def output(self) -> str:
        """All that it has written so far."""
        return self._output.read_text()

    def is_ready(self) -> bool:
        """Whether it says so; fails where the process has ended."""
        assert self.process.poll() is None, f"{self.name} ended:\n{self.output()}"
        try:
            return self.get("/readyz").status_code == 200
        except requests.ConnectionError:
            return False

    def wait_ready(self) -> "Service":
        eventually(self.is_ready, _START_SECONDS)
        return self

    def wait_ended(self, seconds: float = _STOP_SECONDS) -> int:
        """Its exit code, once it has ended; fails where it leaves a process behind."""
        code = self.process.wait(seconds)
        eventually(lambda: not self._group_lives(), 2)
        return code

    def terminate(self) -> None:
        """As a supervisor asks it to stop."""
        self.process.send_signal(signal.SIGTERM)

    def stop(self) -> None:
        """Stop it in good order, which it must do."""
        self.terminate()
        assert self.wait_ended() == 0, self.output()

    def kill(self) -> None:
        """As `kill -9` does, gunicorn and its worker."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def _group_lives(self) -> bool:
        try:
            os.killpg(self.process.pid, 0)
        except ProcessLookupError:
            return False
        return True


class Shop:
    """The shop in a folder of its own, with topics and ports of its own."""

    def __init__(self, folder: Path, log: str, services: Mapping[str, Any] | None = None) -> None:
        """`log` as in FOLDLINE_LOG; `services` as in topics.yaml, where they are not the shop's own."""
        self.folder = folder
        self.log = log
        self.running: list[Service] = []
        self.topology = yaml.safe_load((REPOSITORY / "topics.yaml").read_text())
        for name, topic in self.topology["topics"].items():
            topic["name"] = f"{folder.name}.{name}"
        if services is not None:
            self.topology["services"] = dict(services)
        for service in self.topology["services"].values():
            service["port"] = free_port()
        folder.mkdir(parents=True, exist_ok=True)
        for part in ("functions", "dashboard_web"):
            if (REPOSITORY / part).exists():
                shutil.copytree(REPOSITORY / part, folder / part, ignore=_NOT_SERVED)
        (folder / "topics.yaml").write_text(yaml.safe_dump(self.topology, sort_keys=False))

    def topic(self, name: str) -> str:
        """The log's name of it."""
        found: str = self.topology["topics"][name]["name"]
        return found

    def settings(self, **more: str) -> dict[str, str]:
        """The environment that its processes get; `token` is FOLDLINE_TOKEN."""
        ours = {"FOLDLINE_LOG": self.log}
        if self.log.startswith("kafka:"):
            ours["FOLDLINE_ALLOW"] = "low-replication"
        return ours | {f"FOLDLINE_{name.upper()}": value for name, value in more.items()}

    def foldline(self, *arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
        """Run the command line to its end."""
        return subprocess.run(
            [sys.executable, "-m", "foldline", *arguments],
            cwd=self.folder,
            env=environment(self.settings(**settings)),
            capture_output=True,
            text=True,
            timeout=_START_SECONDS,
            check=False,
        )

    def create_topics(self) -> "Shop":
        created = self.foldline("topics", "create")
        assert created.returncode == 0, created.stderr
        return self

    def start(self, name: str, *arguments: str, host: str = "127.0.0.1", **settings: str) -> Service:
        """Start a service with a port and a state of its own, and do not wait."""
        return self._start(name, free_port(), arguments, host, settings)

    def start_as_declared(self, name: str) -> Service:
        """Start a service where topics.yaml says, so that the others know where it is; again, with the same state."""
        return self._start(name, self.topology["services"][name]["port"])

    def serve(self, name: str, *arguments: str, **settings: str) -> Service:
        """Start a service, and return once it is ready; `host` is where it listens."""
        return self.start(name, *arguments, **settings).wait_ready()

    def _start(
        self,
        name: str,
        port: int,
        arguments: Sequence[str] = (),
        host: str = "127.0.0.1",
        settings: Mapping[str, str] | None = None,
    ) -> Service:
        settings = {"bind": f"{host}:{port}", "state": f"var/{name}-{port}.db"} | dict(settings or {})
        service = Service(name, arguments, self.folder, self.settings(**settings), port)
        self.running.append(service)
        return service

    def close(self) -> None:
        """End whatever still runs."""
        for service in self.running:
            service.kill()


class RunningShop(NamedTuple):
    """The shop's services, and a second replica of products."""

    shop: Shop
    products: Service
    customers: Service
    purchases: Service
    replica: Service
