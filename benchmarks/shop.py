"""The shop's products service as real processes, on a topic of its own on Kafka, with durable state."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

import yaml

from benchmarks.broker import free_port

ROOT = Path(__file__).parents[1]


@contextmanager
def server(command: list[str], port: int, path: str, **environment: str) -> Iterator[str]:
    """A server that answers at `path`; its URL."""
    process = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(url + path)
        yield url
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


@contextmanager
def products(servers: str, folder: Path, replicas: int = 1) -> Iterator[list[str]]:
    """That many replicas, ready; the URL of each."""
    home = folder / uuid4().hex
    home.mkdir()
    (home / "functions").symlink_to(ROOT / "functions")
    topology = yaml.safe_load((ROOT / "topics.yaml").read_text())
    topology["topics"] = {"products": topology["topics"]["products"] | {"name": f"bench.{uuid4().hex}"}}
    topology["services"] = {"products": topology["services"]["products"]}
    (home / "topics.yaml").write_text(yaml.safe_dump(topology))
    settings = {
        "KAFKA_BROKERS": servers,
        "FOLDLINE_ALLOW": "low-replication",
        "FOLDLINE_FILE": str(home / "topics.yaml"),
    }
    make = [sys.executable, "-m", "foldline", "topics", "create"]
    subprocess.run(make, env=os.environ | settings, check=True, stdout=subprocess.DEVNULL)
    with ExitStack() as started:
        urls = []
        for number in range(replicas):
            port = free_port()
            command = [sys.executable, "-m", "foldline", "serve", "products", "--bind", f"127.0.0.1:{port}"]
            state = {"FOLDLINE_STATE": str(home / f"{number}.db")}
            urls.append(started.enter_context(server(command, port, "/readyz", **settings, **state)))
        yield urls


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url):
                return
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"nothing answers at {url}")
