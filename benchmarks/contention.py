"""Writers that contend for one entity over two replicas, beside one writer alone, in the same run.

    python -m benchmarks.contention [--writers 1 2 4 8] [--seconds 4] [--rounds 3] [--broker HOST:PORT]

Each writer reads the product, writes it with one cent more under `If-Match`, and begins anew where another was faster.
At the end the price must be what was acknowledged, on both replicas. An append is a record on the log; those beyond one
for each accepted write lost against another replica's.
"""

import argparse
import json
import statistics
import tempfile
import threading
import time
import urllib.request
from collections import defaultdict
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.broker import broker
from benchmarks.shop import products

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


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--writers", type=int, nargs="+", default=[1, 2, 4, 8])
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--broker", help="HOST:PORT of one that runs; one is started otherwise")
    options = parser.parse_args()
    found: dict[int, list[tuple[float, float]]] = defaultdict(list)
    with (
        broker(options.broker) as servers,
        tempfile.TemporaryDirectory(prefix="foldline-bench-") as folder,
        products(servers, Path(folder), replicas=2) as urls,
    ):
        for _ in range(options.rounds):
            for writers in options.writers:
                found[writers].append(contend(urls, writers, options.seconds))
    alone = statistics.median(rate for rate, _ in found[options.writers[0]])
    for writers, figures in found.items():
        rate = statistics.median(rate for rate, _ in figures)
        appends = statistics.median(appends for _, appends in figures)
        print(
            f"{writers} writer(s): {rate:7,.0f} accepted a second, {rate / alone:.2f} of {options.writers[0]}; "
            f"{appends:.2f} appends for each; none lost"
        )


if __name__ == "__main__":
    main()
