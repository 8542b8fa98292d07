"""Replay of a topic into durable state, beside a raw loop over the same records in the same run.

    python -m benchmarks.replay [--records 200000] [--keys 20000] [--partitions 1 3] [--broker HOST:PORT]

The raw loop is what one writes by hand: consume, parse each value with orjson, keep the newest by key in a dict. It
keeps nothing on disk, decides nothing and reads no headers. Foldline reads the headers, decides by the rule, and
commits entities and positions to SQLite. Each is run several times, in turns; the median counts.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
from confluent_kafka import Consumer, Producer, TopicPartition
from marshmallow import Schema

from benchmarks.broker import broker
from foldline.fold.fold import Fold
from foldline.functions.application import Application, LoadedTopic
from foldline.log.open import open_log
from foldline.log.partitioner import partition_of
from foldline.log.port import TopicSpec
from foldline.state.state import State
from foldline.topology import Service, Topic

ROUNDS = 3


def produce(servers: str, spec: TopicSpec, records: int, keys: int) -> None:
    """Write records as the runtime writes them: each follows the last of its key."""
    producer = Producer({"bootstrap.servers": servers, "linger.ms": 20, "partitioner": "murmur2_random"})
    ends = [0] * spec.partitions
    last: dict[int, int] = {}
    for number in range(records):
        entity = number * 7919 % keys
        key = f"entity-{entity:016d}"
        partition = partition_of(key.encode(), spec.partitions)
        headers: list[tuple[str, str | bytes | None]] = [
            ("ce_id", b"bench-%d" % number),
            ("ce_source", b"/products"),
            ("ce_type", b"products.update"),
            ("ce_time", b"2026-01-01T00:00:00.000Z"),
            ("ce_specversion", b"1.0"),
            ("follows", b"%d" % last.get(entity, -1)),
        ]
        value = b'{"eventType":"set","payload":{"id":"%s","name":"Butter","price":%d.50}}' % (key.encode(), number % 90)
        while True:
            try:
                producer.produce(spec.name, value, key, headers=headers)
                break
            except BufferError:
                producer.poll(0.1)
        last[entity] = ends[partition]
        ends[partition] += 1
    producer.flush()


def raw_loop(servers: str, spec: TopicSpec, records: int) -> float:
    """Seconds for the loop that one writes by hand."""
    consumer = Consumer(
        {
            "bootstrap.servers": servers,
            "group.id": uuid4().hex,
            "enable.auto.commit": False,
            "fetch.queue.backoff.ms": 1,
            "queued.min.messages": 10_000,
        }
    )
    newest: dict[bytes | None, Any] = {}
    begun = time.perf_counter()
    consumer.assign([TopicPartition(spec.name, number, 0) for number in range(spec.partitions)])
    seen = 0
    while seen < records:
        first = consumer.poll(1)
        for message in [first, *consumer.consume(1000, 0)] if first is not None else []:
            if message.error() is None:
                newest[message.key()] = orjson.loads(message.value() or b"null")
                seen += 1
    seconds = time.perf_counter() - begun
    consumer.close()
    return seconds


def foldline(servers: str, spec: TopicSpec, state: Path) -> float:
    """Seconds from the start to an open gate: folded to the end, durable, ready to answer."""
    declared = Topic(spec.name.replace(".", "_"), spec, "", None)
    topics = {declared.name: LoadedTopic(declared, Schema, None)}
    service = Service("bench", 0, "file", tuple(topics), (), (), (), None, False)
    application = Application(service, topics, (), (), (), "bench")
    begun = time.perf_counter()
    log = open_log(f"kafka://{servers}", {}, "bench")
    store = State(state, topics)
    fold = Fold(log, store, application, key_window=86_400)
    fold.start()
    while not fold.gate.is_open:
        time.sleep(0.001)
    seconds = time.perf_counter() - begun
    fold.stop()
    store.close()
    log.close()
    return seconds


def compare(servers: str, records: int, keys: int, partitions: int) -> None:
    """Print one line of the table."""
    spec = TopicSpec(f"bench.{uuid4().hex}", partitions)
    empty = TopicSpec(f"bench.{uuid4().hex}", partitions)
    log = open_log(f"kafka://{servers}", {}, "bench")
    log.create([spec, empty])
    log.close()
    produce(servers, spec, records, keys)
    raw: list[float] = []
    replay: list[float] = []
    restart: list[float] = []
    from_nothing: list[float] = []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory(prefix="foldline-bench-") as folder:
            raw.append(raw_loop(servers, spec, records))
            replay.append(foldline(servers, spec, Path(folder) / "state.db"))
            restart.append(foldline(servers, spec, Path(folder) / "state.db"))
            from_nothing.append(foldline(servers, empty, Path(folder) / "empty.db"))
    by_hand, ours = statistics.median(raw), statistics.median(replay)
    again, nothing = statistics.median(restart), statistics.median(from_nothing)
    print(
        f"{records:>9,} records, {partitions} partition(s): raw loop {records / by_hand:>9,.0f}/s, "
        f"into durable state {records / ours:>9,.0f}/s, ratio {by_hand / ours:.2f}; "
        f"restart {again:.2f} s, empty start {nothing:.2f} s, ratio {again / nothing:.2f}"
    )


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, nargs="+", default=[200_000])
    parser.add_argument("--keys", type=int, default=20_000)
    parser.add_argument("--partitions", type=int, nargs="+", default=[1, 3])
    parser.add_argument("--broker", help="HOST:PORT of one that runs; one is started otherwise")
    options = parser.parse_args()
    with broker(options.broker) as servers:
        for records in options.records:
            for partitions in options.partitions:
                compare(servers, records, options.keys, partitions)


if __name__ == "__main__":
    main()
