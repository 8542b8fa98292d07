"""Writers that contend for one entity over two replicas, beside one writer alone, in the same run.

    python -m benchmarks.contention [--writers 1 2 4 8] [--seconds 4] [--rounds 3] [--broker HOST:PORT]
                                    [--profile] [--write]

Each writer reads the product, writes it with one cent more under `If-Match`, and begins anew where another was faster.
At the end the price must be what was acknowledged, on both replicas. An append is a record on the log; those beyond one
for each accepted write lost against another replica's. With --profile it says what takes one replica's time meanwhile.
"""

import json
import statistics
import tempfile
import threading
import time
import urllib.request
from collections import defaultdict
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.broker import broker
from benchmarks.command import Parser, publish, say
from benchmarks.profile import profile_table
from benchmarks.sampled_foldline import sampled
from benchmarks.shop import products
from benchmarks.tables import Table

TABLES = ("contention", "profile-contention")

PATIENCE = 30.0


class Writer(threading.Thread):
    """Increments one product's price, in cents, until it is told to stop."""

    def __init__(self, url: str, path: str, stop: threading.Event) -> None:
        super().__init__()
        self._connection = HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE)
        self._path = path
        self._stop_now = stop
        self.accepted = 0

    def run(self) -> None:
        while not self._stop_now.is_set():
            _, etag, product = self._ask("GET", None, {})
            product["price"] = round(product["price"] + 0.01, 2)
            del product["id"]
            status, _, problem = self._ask("PUT", product, {"If-Match": etag, "Content-Type": "application/json"})
            if status == 200:
                self.accepted += 1
            elif status != 412 and problem.get("type") != "urn:foldline:problem:contention":
                raise SystemExit(f"{status}: {problem}")
        self._connection.close()

    def _ask(self, method: str, body: object, headers: dict[str, str]) -> tuple[int, str, dict[str, Any]]:
        self._connection.request(method, self._path, None if body is None else json.dumps(body), headers)
        answer = self._connection.getresponse()
        return answer.status, answer.headers.get("ETag", ""), json.load(answer)


def contend(urls: list[str], writers: int, seconds: float) -> tuple[float, float]:
    """Accepted writes a second, and appends for each."""
    made = urllib.request.Request(
        f"{urls[0]}/products", b'{"name": "Butter", "price": 0}', {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(made) as answer:
        path, position = answer.headers["Location"], answer.headers["Log-Position"]
    for url in urls:
        _get(url + path, {"Log-Position": position, "Prefer": "wait=10"})
    before = _lost(urls)
    stop = threading.Event()
    started = [Writer(urls[number % len(urls)], path, stop) for number in range(writers)]
    for writer in started:
        writer.start()
    time.sleep(seconds)
    stop.set()
    for writer in started:
        writer.join()
    accepted = sum(writer.accepted for writer in started)
    _check(urls, path, accepted)
    return accepted / seconds, 1 + (_lost(urls) - before) / accepted


def _check(urls: list[str], path: str, accepted: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while prices := {round(float(_get(url + path)["price"]) * 100) for url in urls}:
        if prices == {accepted}:
            return
        if time.monotonic() > deadline:
            raise SystemExit(f"{accepted} writes were acknowledged, and the price is {prices}")
        time.sleep(0.05)


def _lost(urls: list[str]) -> int:
    """Records that lost so far, as the first replica saw it: all of them."""
    return int(_get(f"{urls[0]}/-/status")["counters"]["lost"])


def _get(url: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers or {})) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


def measured(servers: str, folder: Path, numbers: list[int], seconds: float, rounds: int) -> Table:
    """So many writers, in turns; medians."""
    found: dict[int, list[tuple[float, float]]] = defaultdict(list)
    with products(f"kafka://{servers}", folder, replicas=2) as replicas:
        urls = [replica.url for replica in replicas]
        for number in range(rounds):
            say(f"round {number + 1} of {rounds}")
            for writers in numbers:
                found[writers].append(contend(urls, writers, seconds))
    alone = statistics.median(rate for rate, _ in found[numbers[0]])
    rows = []
    for writers, figures in found.items():
        rate = statistics.median(rate for rate, _ in figures)
        appends = statistics.median(appends for _, appends in figures)
        rows.append([str(writers), f"{rate:,.0f}", f"{rate / alone:.2f}", f"{appends:.2f}"])
    return Table("contention", ("writers", "accepted a second", "of the first line's", "appends for each"), rows)


def profile(servers: str, folder: Path, writers: int, seconds: float) -> Table:
    """What takes the first replica's time."""
    samples = folder / "samples"
    samples.mkdir()
    start = partial(products, f"kafka://{servers}", folder, replicas=2, samples=samples)
    found = sampled(start, samples, lambda replicas: contend([one.url for one in replicas], writers, seconds))
    return profile_table("profile-contention", found)


def main() -> None:
    """Run it."""
    parser = Parser(__doc__, broker=True, profile=True)
    parser.add_argument("--writers", type=int, nargs="+", default=[1, 2, 4, 8])
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.options()
    with broker(options.broker) as servers, tempfile.TemporaryDirectory(prefix="foldline-bench-") as name:
        folder = Path(name)
        if options.profile:
            table = profile(servers, folder, max(options.writers), options.seconds)
        else:
            table = measured(servers, folder, options.writers, options.seconds, options.rounds)
    publish(options, table, kafka=True)


if __name__ == "__main__":
    main()
