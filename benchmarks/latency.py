"""How long one client waits for a POST, beside a bare produce that waits for its acknowledgement, in the same run.

    python -m benchmarks.latency [--requests 2000] [--rounds 3] [--broker HOST:PORT]

The POST answers once its record is durable, folded, and readable; the bare produce (confluent-kafka, acks=all, no
linger, a record of the same size) once the broker has it. Medians of all rounds.
"""

import argparse
import json
import statistics
import tempfile
import time
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

from confluent_kafka import Producer

from benchmarks.broker import broker
from benchmarks.shop import products
from foldline.log.open import open_log
from foldline.log.port import TopicSpec

PRODUCT = json.dumps({"name": "Butter", "price": 1.5})


def posts(url: str, requests: int) -> list[float]:
    """Milliseconds of each."""
    connection = HTTPConnection(urlsplit(url).netloc, timeout=30)
    taken = []
    for _ in range(requests):
        begun = time.perf_counter()
        connection.request("POST", "/products", PRODUCT, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        taken.append((time.perf_counter() - begun) * 1000)
        assert answer.status == 201, answer.status
    connection.close()
    return taken


def produced(servers: str, topic: str, records: int) -> list[float]:
    """Milliseconds of each."""
    producer = Producer({"bootstrap.servers": servers, "acks": "all", "enable.idempotence": True, "linger.ms": 0})
    value = json.dumps({"eventType": "set", "payload": {"id": "x" * 22, "name": "Butter", "price": 1.5}})
    taken = []
    for number in range(records):
        begun = time.perf_counter()
        producer.produce(topic, value, f"{number:022d}", headers=[("follows", b"-1"), ("ce_id", b"x" * 32)])
        producer.flush()
        taken.append((time.perf_counter() - begun) * 1000)
    return taken


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--broker", help="HOST:PORT of one that runs; one is started otherwise")
    options = parser.parse_args()
    ours: list[float] = []
    bare: list[float] = []
    with broker(options.broker) as servers, tempfile.TemporaryDirectory(prefix="foldline-bench-") as folder:
        topic = f"bench.{uuid4().hex}"
        log = open_log(f"kafka://{servers}", {}, "bench")
        log.create([TopicSpec(topic, 3)])
        log.close()
        with products(servers, Path(folder)) as [url]:
            posts(url, 100)
            produced(servers, topic, 100)
            for _ in range(options.rounds):
                bare += produced(servers, topic, options.requests)
                ours += posts(url, options.requests)
    for name, taken in (("produce + acknowledgement", bare), ("POST", ours)):
        cuts = statistics.quantiles(taken, n=100)
        print(f"{name:26} p50 {cuts[49]:.2f} ms, p99 {cuts[98]:.2f} ms")
    print(f"p50 of a POST is {statistics.median(ours) / statistics.median(bare):.2f} of a bare produce's")


if __name__ == "__main__":
    main()
