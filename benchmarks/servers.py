"""Servers that answer HTTP, as processes of their own: any, and those that the shop is compared with."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from ports import free_port

from benchmarks.broker import make_topic

ROOT = Path(__file__).parents[1]
PEERS = Path(__file__).parent / "peers"


class Server(NamedTuple):
    """One that answers."""

    url: str
    process: int

    @property
    def worker(self) -> int:
        """The process that answers, where the one that was started is its master."""
        return int(Path(f"/proc/{self.process}/task/{self.process}/children").read_text().split()[0])


class Use(NamedTuple):
    """Of the machine, by one process, so far (Linux)."""

    cpu: float
    """Seconds, by the kernel's count of its threads."""
    wake_ups: int
    """How often a thread of it went to sleep by itself."""

    @classmethod
    def of(cls, process: int) -> "Use":
        """What a process that lives has used."""
        threads = list(Path(f"/proc/{process}/task").iterdir())
        return cls(
            cpu=sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9,
            wake_ups=sum(
                int(line.split()[1])
                for thread in threads
                for line in (thread / "status").read_text().splitlines()
                if line.startswith("voluntary_ctxt_switches")
            ),
        )


@contextmanager
def server(command: list[str], port: int, path: str, **environment: str) -> Iterator[Server]:
    """A server that answers at `path`. What it prints goes nowhere."""
    process = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(url + path)
        yield Server(url, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


@contextmanager
def fastapi(servers: str, *, wait: bool, log_lines: bool) -> Iterator[Server]:
    """FastAPI + FastStream; `wait`: a POST is answered once it can be read. `log_lines`: uvicorn's, one a request."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "fastapi_faststream:app", "--app-dir", str(PEERS), "--port", str(port)]
    if not log_lines:
        command += ["--no-access-log", "--log-level", "warning"]
    settings = {"BENCH_BROKER": servers, "BENCH_TOPIC": make_topic(servers).name, "BENCH_WAIT": str(int(wait))}
    with server(command, port, "/openapi.json", **settings) as started:
        yield started


@contextmanager
def bare_wsgi(worker: str, *, log_lines: bool) -> Iterator[Server]:
    """The least that a server can do; `worker`: see peers/bare_wsgi.py. `log_lines`: gunicorn's, one a request."""
    port = free_port()
    command = [sys.executable, str(PEERS / "bare_wsgi.py"), str(port), worker, *(["lines"] if log_lines else [])]
    with server(command, port, "/") as started:
        yield started


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url):
                return
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"nothing answers at {url}")
