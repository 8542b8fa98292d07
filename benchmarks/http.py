"""GET one and POST over HTTP, beside the same routes on FastAPI + FastStream and beside bare WSGI, in the same run.

    python -m benchmarks.http [--clients 16] [--seconds 4] [--rounds 3] [--broker HOST:PORT]

wrk asks (one thread, so many connections kept alive). Each server runs alone, in turns, several rounds; the median
counts. FastAPI runs on uvicorn with uvloop and httptools, one process, as Foldline is one process.
"""

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from collections import defaultdict
from pathlib import Path
from uuid import uuid4

from benchmarks.broker import broker, free_port
from benchmarks.shop import products, server

PEERS = Path(__file__).parent / "peers"
PRODUCT = json.dumps({"name": "Butter", "price": 1.5})
POST = f"""
wrk.method = "POST"
wrk.body = '{PRODUCT}'
wrk.headers["Content-Type"] = "application/json"
"""


def create(url: str) -> str:
    """Create a product; gives its id."""
    request = urllib.request.Request(f"{url}/products", PRODUCT.encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        entity: str = json.load(answer)["id"]
        return entity


def wrk(url: str, clients: int, seconds: int, script: Path | None = None) -> float:
    """Answers a second; ends the program where any was an error."""
    command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", *(["-s", str(script)] if script else []), url]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in output:
        raise SystemExit(f"errors at {url}:\n{output}")
    match = re.search(r"Requests/sec:\s+([\d.]+)", output)
    assert match is not None, output
    return float(match[1])


class Run:
    """Figures of one run, by what was asked of whom."""

    def __init__(self, servers: str, folder: Path, clients: int, seconds: int) -> None:
        self._servers = servers
        self._folder = folder
        self._clients = clients
        self._seconds = seconds
        self._script = folder / "post.lua"
        self._script.write_text(POST)
        self.figures: dict[str, list[float]] = defaultdict(list)

    def foldline(self) -> None:
        """The shop's products service."""
        with products(self._servers, self._folder) as [url]:
            self._ask("foldline", url)

    def fastapi(self, *, wait: bool) -> None:
        """FastAPI + FastStream."""
        port = free_port()
        command = [sys.executable, "-m", "uvicorn", "fastapi_faststream:app", "--app-dir", str(PEERS)]
        command += ["--port", str(port), "--no-access-log", "--log-level", "error"]
        topic = f"bench.{uuid4().hex}"
        _make_topic(self._servers, topic)
        settings = {"BENCH_BROKER": self._servers, "BENCH_TOPIC": topic, "BENCH_WAIT": str(int(wait))}
        with server(command, port, "/openapi.json", **settings) as url:
            if wait:
                self._ask("fastapi", url)
            else:
                self.figures["fastapi POST, publishing only"].append(self._post(url))

    def bare(self) -> None:
        """The least that the same server can do, and what gunicorn does by itself."""
        for name, how in (("bare WSGI", []), ("bare WSGI, gunicorn's gthread", ["stock"])):
            port = free_port()
            with server([sys.executable, str(PEERS / "bare_wsgi.py"), str(port), *how], port, "/") as url:
                self.figures[name].append(wrk(url + "/", self._clients, self._seconds))

    def _ask(self, name: str, url: str) -> None:
        entity = create(url)
        self.figures[f"{name} GET one"].append(wrk(f"{url}/products/{entity}", self._clients, self._seconds))
        self.figures[f"{name} POST"].append(self._post(url))

    def _post(self, url: str) -> float:
        return wrk(f"{url}/products", self._clients, self._seconds, self._script)


def _make_topic(servers: str, name: str) -> None:
    from confluent_kafka.admin import AdminClient, NewTopic  # noqa: PLC0415

    admin = AdminClient({"bootstrap.servers": servers})
    for future in admin.create_topics([NewTopic(name, 3, 1)]).values():
        future.result(10)


def report(figures: dict[str, list[float]], clients: int) -> None:
    """Print the medians, and what they are of each other."""
    median = {name: statistics.median(values) for name, values in figures.items()}
    print(f"{clients} clients; median of {len(figures['bare WSGI'])} rounds, answers a second")
    for name, value in median.items():
        print(f"  {name:32} {value:>8,.0f}   ({', '.join(f'{v:,.0f}' for v in figures[name])})")
    for ours, theirs in (
        ("foldline POST", "fastapi POST"),
        ("foldline POST", "fastapi POST, publishing only"),
        ("foldline GET one", "bare WSGI"),
        ("foldline GET one", "bare WSGI, gunicorn's gthread"),
        ("foldline GET one", "fastapi GET one"),
    ):
        print(f"  {ours} / {theirs}: {median[ours] / median[theirs]:.2f}")


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--broker", help="HOST:PORT of one that runs; one is started otherwise")
    options = parser.parse_args()
    with broker(options.broker) as servers, tempfile.TemporaryDirectory(prefix="foldline-bench-") as folder:
        run = Run(servers, Path(folder), options.clients, options.seconds)
        for _ in range(options.rounds):
            run.bare()
            run.foldline()
            run.fastapi(wait=True)
            run.fastapi(wait=False)
        report(run.figures, options.clients)


if __name__ == "__main__":
    main()
