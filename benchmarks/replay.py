"""Replay of a topic into durable state, beside a raw loop over the same records in the same run.

    python -m benchmarks.replay [--case RECORDS,ENTITIES,PARTITIONS[,keys] ...]
                                [--broker HOST:PORT] [--profile] [--write]

The raw loop is what one writes by hand: consume, parse each value with orjson, keep the newest by key in a dict. It
keeps nothing on disk, decides nothing and reads no headers. The second one is the least that decides: it reads each
record's headers into a dict, for they say who won, and rests the cycle collector meanwhile, as Foldline does. Foldline
decides by the whole rule, and commits entities and positions to SQLite. A restart is from the saved state to ready, an
empty start the same on an empty topic. Each is run several times, in turns; the median counts. With --profile it says
what takes the time of the first case's replay, in the process that replays.
"""

import gc
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import orjson
from confluent_kafka import Consumer, Producer, TopicPartition
from marshmallow import Schema

from benchmarks.broker import broker, make_topic
from benchmarks.command import Parser, publish, say
from benchmarks.profile import profile_table
from benchmarks.sampling import Sampler
from benchmarks.tables import Table
from foldline.fold.fold import Fold
from foldline.functions.application import Application, LoadedTopic
from foldline.log.open import open_log
from foldline.log.partitioner import partition_of
from foldline.log.port import TopicSpec
from foldline.state.state import State
from foldline.topology import Service, Topic

TABLES = ("replay", "profile-replay")

ROUNDS = 3
PROFILED = 8
"""Replays that are sampled: one takes about a second."""


class Case(NamedTuple):
    """What is on the log."""

    records: int
    entities: int
    partitions: int
    keyed: bool = False
    """Whether each record carries an idempotency key, too."""


HEADING = (
    *("records", "entities", "partitions", "keys", "raw loop", "reading headers", "into durable state"),
    *("of the raw loop", "of the one with headers"),
    *("restart", "empty start", "ratio"),
)
CASES = (
    Case(200_000, 20_000, 1),
    Case(200_000, 20_000, 3),
    Case(200_000, 100_000, 3),
    Case(200_000, 2_000, 3),
    Case(10_000, 2_000, 3),
    Case(1_000_000, 20_000, 3),
    Case(200_000, 20_000, 3, keyed=True),
)


def produce(servers: str, spec: TopicSpec, case: Case) -> None:
    """Write records as the runtime writes them: each follows the last of its key."""
    producer = Producer({"bootstrap.servers": servers, "linger.ms": 20, "partitioner": "murmur2_random"})
    ends = [0] * spec.partitions
    last: dict[int, int] = {}
    for number in range(case.records):
        entity = number * 7919 % case.entities
        key = f"entity-{entity:016d}"
        partition = partition_of(key.encode(), spec.partitions)
        headers: list[tuple[str, str | bytes | None]] = [
            ("ce_id", b"%032x" % number),
            ("ce_source", b"/products"),
            ("ce_type", b"products.update"),
            ("ce_time", b"2026-01-01T00:00:00.000Z"),
            ("ce_specversion", b"1.0"),
            ("follows", b"%d" % last.get(entity, -1)),
            ("correlationid", b"%032x" % number),
        ]
        if case.keyed:
            headers += [
                ("idempotencykey", sha256(b"%d" % number).hexdigest().encode()),
                ("idempotencyrequest", b"%064x" % number),
                ("answer", b"200 "),
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


def raw_loop(servers: str, spec: TopicSpec, records: int, *, headers: bool = False) -> float:
    """Seconds for the loop that one writes by hand; `headers`: it reads them, too, and rests the cycle collector."""
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
    if headers:
        gc.disable()
    begun = time.perf_counter()
    consumer.assign([TopicPartition(spec.name, number, 0) for number in range(spec.partitions)])
    seen = 0
    while seen < records:
        first = consumer.poll(1)
        for message in [first, *consumer.consume(1000, 0)] if first is not None else []:
            if message.error() is None:
                newest[message.key()] = orjson.loads(message.value() or b"null")
                if headers:
                    dict(message.headers() or ())
                seen += 1
    seconds = time.perf_counter() - begun
    gc.enable()
    consumer.close()
    return seconds


def foldline(servers: str, spec: TopicSpec, state: Path) -> float:
    """Seconds from the start to an open gate: folded to the end, durable, ready to answer."""
    with folded(servers, spec, state) as seconds:
        return seconds


@contextmanager
def folded(servers: str, spec: TopicSpec, state: Path) -> Iterator[float]:
    """The same, while the fold goes on."""
    declared = Topic(spec.name.replace(".", "_"), spec, "", None)
    topics = {declared.name: LoadedTopic(declared, Schema, None)}
    service = Service("bench", 0, "file", tuple(topics), (), (), (), None, False)
    application = Application(service, topics, (), (), (), "bench")
    begun = time.perf_counter()
    log = open_log(f"kafka://{servers}", {}, "bench")
    store = State(state, topics)
    fold = Fold(log, store, application, key_window=86_400)
    told = threading.Event()
    fold.on_commit(lambda _: told.set())  # once a long catch-up is at its end
    fold.start()
    while not fold.gate.is_open:  # looking on takes the interpreter from the fold
        told.wait(max(0.001, (time.perf_counter() - begun) / 10))
    seconds = time.perf_counter() - begun
    yield seconds
    fold.stop()
    store.close()
    log.close()


def prepare(servers: str, case: Case) -> tuple[TopicSpec, TopicSpec]:
    """A topic with the records, and an empty one."""
    spec, empty = (make_topic(servers, case.partitions) for _ in range(2))
    produce(servers, spec, case)
    return spec, empty


def compare(servers: str, case: Case) -> list[str]:
    """One line of the table."""
    spec, empty = prepare(servers, case)
    taken = []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory(prefix="foldline-bench-") as folder:
            by_hand, reading = (raw_loop(servers, spec, case.records, headers=headers) for headers in (False, True))
            replay, restart = (foldline(servers, spec, Path(folder) / "state.db") for _ in range(2))
            taken.append((by_hand, reading, replay, restart, foldline(servers, empty, Path(folder) / "empty.db")))
    by_hand, reading, replay, restart, nothing = map(statistics.median, zip(*taken, strict=True))
    return [
        *(f"{number:,}" for number in case[:3]),
        "one a record" if case.keyed else "none",
        *(f"{case.records / seconds:,.0f}/s" for seconds in (by_hand, reading, replay)),
        *(f"{seconds / replay:.2f}" for seconds in (by_hand, reading)),
        f"{restart:.2f} s",
        f"{nothing:.2f} s",
        f"{restart / nothing:.2f}",
    ]


def profile(servers: str, case: Case) -> Table:
    """What takes the time of a replay."""
    spec, _ = prepare(servers, case)
    with tempfile.TemporaryDirectory(prefix="foldline-bench-") as folder:
        foldline(servers, spec, Path(folder) / "first.db")  # the broker has it at hand from now on
        found = []
        for number in range(PROFILED):
            sampler = Sampler()
            sampler.start()
            with folded(servers, spec, Path(folder) / f"{number}.db"):
                found.append(sampler.stop())  # before the fold's thread is gone, and its CPU time with it
    return profile_table("profile-replay", found)


def case_of(text: str) -> Case:
    """RECORDS,ENTITIES,PARTITIONS, and `,keys` if records carry idempotency keys."""
    counts = text.removesuffix(",keys")
    records, entities, partitions = map(int, counts.split(","))
    return Case(records, entities, partitions, keyed=counts != text)


def main() -> None:
    """Run it."""
    parser = Parser(__doc__, broker=True, profile=True)
    parser.add_argument("--case", type=case_of, nargs="+", default=CASES, metavar="RECORDS,ENTITIES,PARTITIONS[,keys]")
    options = parser.options()
    with broker(options.broker) as servers:
        if options.profile:
            publish(options, profile(servers, options.case[0]), kafka=True)
            return
        rows = []
        for case in options.case:
            keys = ", with keys" if case.keyed else ""
            say(f"{case.records:,} records of {case.entities:,} entities, {case.partitions} partition(s){keys}")
            rows.append(compare(servers, case))
        publish(options, Table("replay", HEADING, rows), kafka=True)


if __name__ == "__main__":
    main()
