"""GET one and POST over HTTP, beside the same routes on FastAPI + FastStream and beside bare WSGI, in the same run.

    python -m benchmarks.http [--clients 16] [--seconds 3] [--rounds 3] [--broker HOST:PORT] [--profile] [--write]

wrk asks (one thread, so many connections kept alive). Each server runs alone, in turns, several rounds; the median
counts. FastAPI runs on uvicorn with uvloop and httptools, one process, as Foldline is one process. Each round is run
twice: with every server's own log line for each request, and with none. Where the lines go costs the same for all:
nowhere. With --profile it says what takes the service's time while it is asked.
"""

import json
import re
import statistics
import subprocess
import tempfile
import urllib.request
from collections import defaultdict
from functools import partial
from pathlib import Path

from benchmarks.broker import broker
from benchmarks.command import Parser, publish, say
from benchmarks.profile import profile_table
from benchmarks.sampled_foldline import sampled
from benchmarks.servers import bare_wsgi, fastapi
from benchmarks.shop import products
from benchmarks.tables import Table

TABLES = ("http", "profile-post", "profile-get")

POST, GET = "POST, durable and readable when it answers", "GET one, from durable state"
PROMISE = "the same promise by FastAPI + FastStream, state in a dict"
PUBLISHING = "FastAPI + FastStream, publishing only"
FROM_DICT = "GET one by FastAPI, from a dict"
STOCK = "bare WSGI, gunicorn's gthread"
OWN_WORKER = "bare WSGI, a service's own worker"
COMPARED = {POST: (PROMISE, PUBLISHING), GET: (OWN_WORKER, STOCK, FROM_DICT)}
"""What is Foldline's, and what that is compared with."""

PRODUCT = json.dumps({"name": "Butter", "price": 1.5})
SCRIPT = f"""
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


class Clients:
    """Ask for some seconds, as fast as they are answered."""

    def __init__(self, folder: Path, count: int, seconds: int) -> None:
        self._command = ["wrk", "-t1", f"-c{count}", f"-d{seconds}s"]
        self._script = folder / "post.lua"
        self._script.write_text(SCRIPT)

    def get(self, url: str) -> float:
        """Answers a second; ends the program where any was an error."""
        return self._ask(url)

    def get_one(self, url: str) -> float:
        """The same for a product that is there."""
        return self._ask(f"{url}/products/{create(url)}")

    def post(self, url: str) -> float:
        """The same for new products."""
        return self._ask("-s", str(self._script), f"{url}/products")

    def _ask(self, *arguments: str) -> float:
        output = subprocess.run([*self._command, *arguments], check=True, capture_output=True, text=True).stdout
        if "Non-2xx" in output:
            raise SystemExit(f"errors at {arguments[-1]}:\n{output}")
        match = re.search(r"Requests/sec:\s+([\d.]+)", output)
        if match is None or not float(match[1]):
            raise SystemExit(f"no answers from {arguments[-1]}:\n{output}")
        return float(match[1])


class Run:
    """Figures of one way to run, by what was asked of whom."""

    def __init__(self, servers: str, folder: Path, clients: Clients, *, log_lines: bool) -> None:
        self._servers = servers
        self._folder = folder
        self._clients = clients
        self._log_lines = log_lines
        self._figures: dict[str, list[float]] = defaultdict(list)

    def round(self) -> None:
        """Each server once."""
        self._bare()
        self._foldline()
        self._fastapi()

    def median(self, name: str) -> float | None:
        """Answers a second; None where it was not asked."""
        return statistics.median(self._figures[name]) if name in self._figures else None

    def _bare(self) -> None:
        with bare_wsgi("stock", log_lines=self._log_lines) as stock:
            self._figures[STOCK].append(self._clients.get(stock.url))
        if not self._log_lines:  # the service's own worker has none: they are the application's
            with bare_wsgi("own", log_lines=False) as own:
                self._figures[OWN_WORKER].append(self._clients.get(own.url))

    def _foldline(self) -> None:
        with products(f"kafka://{self._servers}", self._folder, log_lines=self._log_lines) as [service]:
            self._figures[GET].append(self._clients.get_one(service.url))
            self._figures[POST].append(self._clients.post(service.url))

    def _fastapi(self) -> None:
        with fastapi(self._servers, wait=True, log_lines=self._log_lines) as peer:
            self._figures[FROM_DICT].append(self._clients.get_one(peer.url))
            self._figures[PROMISE].append(self._clients.post(peer.url))
        with fastapi(self._servers, wait=False, log_lines=self._log_lines) as peer:
            self._figures[PUBLISHING].append(self._clients.post(peer.url))


def compared(with_lines: Run, without: Run) -> Table:
    """Both ways beside each other."""
    rows = [
        [name, *_figures(with_lines, ours, name), *_figures(without, ours, name)]
        for ours, theirs in COMPARED.items()
        for name in (ours, *theirs)
    ]
    heading = ("answers a second", "with log lines", "Foldline is", "without", "Foldline is")
    return Table("http", heading, rows)


def _figures(run: Run, ours: str, name: str) -> tuple[str, str]:
    median, of_ours = run.median(name), run.median(ours)
    if median is None or of_ours is None:
        return "", ""
    return f"{median:,.0f}", "" if name == ours else f"{of_ours / median:.2f} of it"


def profiles(servers: str, folder: Path, clients: Clients) -> tuple[Table, Table]:
    """What takes the service's time while it is asked."""
    samples = folder / "samples"
    samples.mkdir()
    start = partial(products, f"kafka://{servers}", folder, samples=samples)
    posting = sampled(start, samples, lambda replicas: clients.post(replicas[0].url))
    getting = sampled(start, samples, lambda replicas: clients.get_one(replicas[0].url))
    return profile_table("profile-post", posting), profile_table("profile-get", getting)


def main() -> None:
    """Run it."""
    parser = Parser(__doc__, broker=True, profile=True)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.options()
    with broker(options.broker) as servers, tempfile.TemporaryDirectory(prefix="foldline-bench-") as name:
        folder = Path(name)
        clients = Clients(folder, options.clients, options.seconds)
        if options.profile:
            publish(options, *profiles(servers, folder, clients), kafka=True)
            return
        with_lines = Run(servers, folder, clients, log_lines=True)
        without = Run(servers, folder, clients, log_lines=False)
        for number in range(options.rounds):
            say(f"round {number + 1} of {options.rounds}")
            with_lines.round()
            without.round()
        publish(options, compared(with_lines, without), kafka=True)


if __name__ == "__main__":
    main()
