"""What a service's memory and its state on disk grow by with its entities (Linux).

    python -m benchmarks.memory [--entities 100000] [--steps 3] [--broker HOST:PORT] [--write]

The products service folds that many new entities, step after step; after each its worker's resident memory and its
state's file are read.
"""

import json
import tempfile
import time
import urllib.request
from pathlib import Path

from confluent_kafka import Producer

from benchmarks.broker import broker
from benchmarks.command import Parser, publish, say
from benchmarks.shop import products
from benchmarks.tables import Table

TABLES = ("memory",)


def fill(servers: str, topic: str, first: int, count: int) -> None:
    """Write new entities, as another program would."""
    producer = Producer({"bootstrap.servers": servers, "linger.ms": 20, "partitioner": "murmur2_random"})
    for number in range(first, first + count):
        value = b'{"eventType":"set","payload":{"name":"Butter %d","price":1.50}}' % number
        while True:
            try:
                producer.produce(topic, value, f"entity-{number:015d}")
                break
            except BufferError:
                producer.poll(0.1)
    producer.flush()


def entities(url: str) -> int:
    """How many the service has."""
    with urllib.request.urlopen(f"{url}/-/status") as answer:
        return int(json.load(answer)["entities"]["products"])


def resident(url: str) -> float:
    """MB of the worker's memory, as the service's own metrics say."""
    with urllib.request.urlopen(f"{url}/metrics") as answer:
        lines = answer.read().decode().splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith("process_resident_memory_bytes ")) / 1e6


def row(count: int, url: str, home: Path) -> list[str]:
    """Of the table."""
    on_disk = sum(found.stat().st_size for found in home.glob("0.db*")) / 1e6
    return [f"{count:,}", f"{resident(url):.0f} MB", f"{on_disk:.1f} MB"]


def main() -> None:
    """Run it."""
    parser = Parser(__doc__, broker=True)
    parser.add_argument("--entities", type=int, default=100_000)
    parser.add_argument("--steps", type=int, default=3)
    options = parser.options()
    with (
        broker(options.broker) as servers,
        tempfile.TemporaryDirectory(prefix="foldline-bench-") as folder,
        products(f"kafka://{servers}", Path(folder)) as [service],
    ):
        [home] = [found for found in Path(folder).iterdir() if found.is_dir()]
        topic = (home / "topics.yaml").read_text().split("name: ")[1].split()[0]
        rows = [row(0, service.url, home)]
        for step in range(options.steps):
            fill(servers, topic, step * options.entities, options.entities)
            count = (step + 1) * options.entities
            say(f"{count:,} entities")
            while entities(service.url) < count:
                time.sleep(0.2)
            time.sleep(2)  # the write-ahead log is moved into the file meanwhile
            rows.append(row(count, service.url, home))
    publish(options, Table("memory", ("entities", "resident", "on disk"), rows), kafka=True)


if __name__ == "__main__":
    main()
