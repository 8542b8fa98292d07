"""Kafka compacts a topic for real: what would be lost with it was repaired before, where somebody repairs."""

import json
import random
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from brokers import Broker
from counting import NO_ANSWER, Counting
from log_backends import KafkaBackend
from replicas import Counters, Replica, figures
from services import eventually

from foldline.log.port import Record

CONFIG = {
    "segment.ms": 100,
    "min.cleanable.dirty.ratio": 0.01,
    "min.compaction.lag.ms": 1_500,
    "delete.retention.ms": 0,
}
REPAIR_AFTER = "0.1-0.5"
SPOILED = ("dead", "loser", "lost null")
"""What can come after a head, and does not count."""
GUSTS, SUCCESSES_EACH, CLIENTS = 8, 200, 8
OLD = [("follows", b"-1")]
"""Headers of a writer that knew nothing of the entity: where there is one, its record loses."""


class Topic:
    """The topic of counters, as other programs write and read it. It has one partition."""

    def __init__(self, broker: Broker, counters: Counters) -> None:
        [self._partition] = counters.partitions
        self._log = counters.log
        self._kafka = KafkaBackend(broker)

    def append(self, id: str, value: bytes | None, headers: list[tuple[str, bytes]] | None = None) -> None:
        self._kafka.append(self._partition, id.encode(), value, headers or [])

    def records(self) -> list[Record]:
        return self._log.read(self._partition, 0, 100_000)

    def last(self, id: str) -> Record:
        return [record for record in self.records() if record.key == id.encode()][-1]

    def superseded(self) -> set[int]:
        """Offsets of all records but each key's last."""
        records = self.records()
        last = {record.key: record.offset for record in records}
        return {record.offset for record in records} - set(last.values())

    def compact(self, *taken: int) -> None:
        """Write on until compaction has taken the records at these offsets."""

        def are_taken() -> bool:
            self.append("filler", value_of("filler", 0))  # only an append closes the segment before
            return {record.offset for record in self.records()}.isdisjoint(taken)

        eventually(are_taken, 60)


@pytest.fixture
def counters(broker: Broker, tmp_path: Path, topic: str) -> Iterator[Counters]:
    with Counters(tmp_path, broker.url, topic, partitions=1, config=CONFIG, repair_after=REPAIR_AFTER) as application:
        yield application


@pytest.fixture
def outside(broker: Broker, counters: Counters) -> Topic:
    return Topic(broker, counters)


def value_of(name: str, value: int) -> bytes:
    return json.dumps({"eventType": "set", "payload": {"name": name, "value": value}}).encode()


def spoil(outside: Topic, ids: Mapping[str, str]) -> None:
    """Put records after the heads that do not count: compaction would keep these, and take the heads."""
    outside.append(ids["dead"], b"neither JSON nor an envelope")
    outside.append(ids["loser"], value_of("loser", 99), OLD)
    outside.append(ids["lost null"], None, OLD)


def await_repairs(*replicas: Replica) -> None:
    """Return once these see nothing that waits for repair."""
    eventually(lambda: all(replica.status()["repairs_waiting"] == 0 for replica in replicas))


def seen_by(replica: Replica, ids: Mapping[str, str]) -> dict[str, tuple[int, str | None, bytes]]:
    return {name: replica.entity(entity) for name, entity in ids.items()}


def test_what_commands_wrote_outlives_compaction(counters: Counters, outside: Topic) -> None:
    started = time.monotonic()
    live = counters.start_one()
    answers = {name: live.service.post("/counters", {"name": name}) for name in (*SPOILED, "removed", "plain")}
    ids = {name: answer.json()["id"] for name, answer in answers.items()}
    heads = {name: outside.last(entity) for name, entity in ids.items()}
    written = seen_by(live, ids)

    spoil(outside, ids)
    outside.append(ids["removed"], None)  # says nothing of what it follows, so it counts
    counters.catch_up(live)
    await_repairs(live)
    repaired = live.status()["counters"]["repairs"]
    outside.compact(*(heads[name].offset for name in ids if name != "plain"))
    fresh = counters.start_one()
    counters.catch_up(live, fresh)

    left = seen_by(fresh, ids)
    assert left == seen_by(live, ids)
    assert left.pop("removed")[0] == 404
    assert left == {name: seen for name, seen in written.items() if name != "removed"}
    assert {name: tag for name, (_, tag, _) in left.items()} == {name: answers[name].headers["ETag"] for name in left}
    for name in SPOILED:
        copy, head = outside.last(ids[name]), heads[name]
        assert copy.value == head.value
        assert dict(copy.headers) == dict(head.headers) | {"repairs": b"%d" % head.offset}
    assert outside.last(ids["removed"]).value == b'{"eventType":"remove"}'
    [dead] = live.get("/-/dead-letters").json()
    assert (dead["key"], dead["value"]) == (ids["dead"], "neither JSON nor an envelope")
    figures(repaired=repaired, left=len(outside.records()), seconds=round(time.monotonic() - started, 1))


@pytest.mark.parametrize(("service", "repairs"), [("keepers", True), ("readers", False)])
def test_what_others_wrote_outlives_compaction_only_where_it_is_repaired(
    counters: Counters, outside: Topic, service: str, repairs: bool
) -> None:
    ids = {name: name.replace(" ", "-") for name in (*SPOILED, "plain")}
    for name, entity in ids.items():
        outside.append(entity, value_of(name, 1))
    heads = [outside.last(ids[name]).offset for name in ids if name != "plain"]
    live = counters.start_one(service)
    folded = seen_by(live, ids)
    assert [json.loads(body)["name"] for _, _, body in folded.values()] == list(ids)

    spoil(outside, ids)
    counters.catch_up(live)
    if repairs:
        await_repairs(live)
    outside.compact(*heads)
    fresh = counters.start_one(service)
    counters.catch_up(live, fresh)

    assert seen_by(live, ids) == folded
    differences = {name for name, seen in seen_by(fresh, ids).items() if seen != folded[name]}
    figures(service=service, differences=sorted(differences), waiting=live.status()["repairs_waiting"])
    assert differences == (set() if repairs else set(SPOILED))


def test_a_storm_of_writers_losers_kills_and_compaction_loses_nothing(counters: Counters, outside: Topic) -> None:
    started = time.monotonic()
    replicas = counters.start(3)
    entities = counters.create(replicas[0], 12)
    counters.catch_up(*replicas)
    counting = Counting(replicas, entities)

    with counting.under_way(CLIENTS, Counting.put, Counting.increment):
        for gust in range(1, GUSTS + 1):
            counting.await_successes(gust * SUCCESSES_EACH)
            spoil(outside, dict(zip(SPOILED, random.sample(entities, len(SPOILED)), strict=True)))
            random.choice(replicas).kill_worker()
    counters.catch_up(*replicas)
    await_repairs(*replicas)
    outside.compact(*outside.superseded())
    replicas.append(counters.start_one())
    counters.catch_up(*replicas)

    counting.check(replicas)
    repairs = sum(replica.status()["counters"]["repairs"] for replica in replicas)
    figures(answers=dict(counting.answers), repairs=repairs, seconds=round(time.monotonic() - started, 1))
    assert set(counting.answers) <= {200, 412, 503, 504, NO_ANSWER}
