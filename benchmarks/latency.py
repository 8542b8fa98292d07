"""How long one client waits for a POST, beside what Kafka alone needs for it and a peer's POST, in the same run.

    python -m benchmarks.latency [--requests 2000] [--rounds 3] [--broker HOST:PORT] [--write]

The POST answers once its record is durable, folded, and readable. Foldline goes by what it reads from the log, so
Kafka's part of a POST is to take a record and give it back: here for one thread, with the runtime's own settings of
both clients, and nothing done with the record. A bare produce with the same settings (acks=all, no linger) is over once
the broker has it. A GET shows what HTTP and the way through the runtime take. Each runs alone, in turns; all rounds
count.
"""

import json
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from confluent_kafka import Consumer, TopicPartition

from benchmarks.broker import broker, make_topic
from benchmarks.command import Parser, publish, say
from benchmarks.servers import fastapi
from benchmarks.shop import products
from benchmarks.tables import Table
from foldline.log.kafka.clients import Clients

TABLES = ("latency",)

PRODUCT = json.dumps({"name": "Butter", "price": 1.5})
VALUE = json.dumps({"eventType": "set", "payload": {"id": "x" * 22, "name": "Butter", "price": 1.5}})
HEADERS: list[tuple[str, str | bytes | None]] = [("follows", b"-1"), ("ce_id", b"x" * 32)]
POST = "Foldline: POST"
PATIENCE = 10.0
WARM_UP = 100


def produced(servers: str, records: int) -> list[float]:
    """Milliseconds until the broker has acknowledged each."""
    topic = make_topic(servers).name
    producer = Clients(servers, {}, "bench").producer()

    def once(number: int) -> None:
        producer.produce(topic, VALUE, f"{number:022d}", headers=HEADERS)
        producer.flush()

    return _timed(once, records)


def read_back(servers: str, records: int) -> list[float]:
    """Milliseconds until each has come back to who wrote it."""
    topic = make_topic(servers).name
    clients = Clients(servers, {}, "bench")
    producer = clients.producer()
    with closing(clients.reader()) as reader:
        reader.assign([TopicPartition(topic, partition, 0) for partition in range(3)])

        def once(number: int) -> None:
            key = b"%022d" % number
            producer.produce(topic, VALUE, key, headers=HEADERS)
            assert next(_keys(reader)) == key

        return _timed(once, records)


def _keys(reader: Consumer) -> Iterator[bytes | str | None]:
    """Of what comes, without the ends of partitions."""
    while (message := reader.poll(PATIENCE)) is not None:
        if message.error() is None:
            yield message.key()
    raise SystemExit("the record did not come back")


def asked(url: str, requests: int) -> tuple[list[float], list[float]]:
    """Milliseconds of each POST, and of each GET of one product."""
    with closing(HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE)) as connection:

        def ask(method: str, path: str, expected: int) -> str:
            body = PRODUCT if method == "POST" else None
            connection.request(method, path, body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            text = answer.read().decode()
            assert answer.status == expected, text
            return text

        one = f"/products/{json.loads(ask('POST', '/products', 201))['id']}"
        return (
            _timed(lambda _: ask("POST", "/products", 201), requests),
            _timed(lambda _: ask("GET", one, 200), requests),
        )


def _timed(once: Callable[[int], object], count: int) -> list[float]:
    taken = []
    for number in range(WARM_UP + count):
        begun = time.perf_counter()
        once(number)
        taken.append((time.perf_counter() - begun) * 1000)
    return taken[WARM_UP:]


def measure(servers: str, folder: Path, requests: int, taken: dict[str, list[float]]) -> None:
    """One round."""
    taken["Kafka: produce and acknowledgement"] += produced(servers, requests)
    taken["Kafka: produce, and read it back"] += read_back(servers, requests)
    with products(f"kafka://{servers}", folder) as [service]:
        posts, gets = asked(service.url, requests)
    taken["Foldline: GET one"] += gets
    taken[POST] += posts
    with fastapi(servers, wait=True, log_lines=True) as peer:
        taken["FastAPI + FastStream: POST, the same promise"] += asked(peer.url, requests)[0]


def table(taken: dict[str, list[float]]) -> Table:
    """Percentiles, and what a POST is of each median."""
    post = statistics.median(taken[POST])
    rows = []
    for name, times in taken.items():
        cuts = statistics.quantiles(times, n=100)
        rows.append(
            [name, f"{cuts[49]:.2f} ms", f"{cuts[98]:.2f} ms", "" if name == POST else f"{post / cuts[49]:.2f} of it"]
        )
    return Table("latency", ("one client waits", "median", "99th percentile", "Foldline's POST is"), rows)


def main() -> None:
    """Run it."""
    parser = Parser(__doc__, broker=True)
    parser.add_argument("--requests", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.options()
    taken: dict[str, list[float]] = defaultdict(list)
    with broker(options.broker) as servers, tempfile.TemporaryDirectory(prefix="foldline-bench-") as folder:
        for number in range(options.rounds):
            say(f"round {number + 1} of {options.rounds}")
            measure(servers, Path(folder), options.requests, taken)
    publish(options, table(taken), kafka=True)


if __name__ == "__main__":
    main()
