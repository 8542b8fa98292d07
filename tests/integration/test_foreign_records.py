"""Other programs put records on a topic that no writer of ours would: they are listed, and do no harm."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from brokers import Broker
from log_backends import KafkaBackend
from replicas import Counters, Replica, figures
from services import eventually

from foldline.log.partitioner import partition_of
from foldline.log.port import Headers, Partition

PARTITIONS = 3
SET = b'{"eventType":"set","payload":{"name":"intruder","value":99}}'


@pytest.fixture
def counters(broker: Broker, tmp_path: Path, topic: str) -> Iterator[Counters]:
    with Counters(tmp_path, broker.url, topic, partitions=PARTITIONS, repair_after="0.1-0.5") as application:
        yield application


def intrusions(key: bytes, home: int, elsewhere: int) -> dict[str, tuple[int, bytes, bytes | None, Headers]]:
    """Partition, key, value and headers of records that count for nobody, by what is wrong with them.

    (A record without a key is none of them: Kafka does not take it on a compacted topic.)
    """
    return {
        "partition": (elsewhere, key, SET, ()),
        "empty key": (home, b"", SET, ()),
        "not UTF-8": (home, b"\xff", SET, ()),
        "not JSON": (home, key, b"{", ()),
        "no envelope": (home, key, b'"set"', ()),
        "event type": (home, key, b'{"eventType":1}', ()),
        "follows itself or later": (home, key, SET, [("follows", b"1000000")]),
        "follows no offset": (home, key, SET, [("follows", b"first")]),
        "repairs itself or later": (home, key, SET, [("follows", b"-1"), ("repairs", b"1000000")]),
        "repairs what it follows": (home, key, SET, [("follows", b"0"), ("repairs", b"0")]),
        "repairs and does not say what it follows": (home, key, SET, [("repairs", b"0")]),
        "a null that follows itself or later": (home, key, None, [("follows", b"1000000")]),
    }


def test_records_that_count_for_nobody_are_listed_and_do_no_harm(broker: Broker, counters: Counters) -> None:
    started = time.monotonic()
    replicas = counters.start(2)
    created = replicas[0].service.post("/counters", {"name": "ours"})
    entity = created.json()["id"]
    home = partition_of(entity.encode(), PARTITIONS)
    records = intrusions(entity.encode(), home, (home + 1) % PARTITIONS)
    before = replicas[0].entity(entity)

    outside = KafkaBackend(broker)
    for partition, key, value, headers in records.values():
        outside.append(Partition(counters.topic, partition), key, value, headers)
    counters.catch_up(*replicas)

    assert [replica.entity(entity) for replica in replicas] == [before, before]
    assert [len(listed(replica)) for replica in replicas] == [len(records)] * 2
    eventually(lambda: replicas[0].status()["repairs_waiting"] == 0)
    changed = replicas[1].service.put(f"/counters/{entity}", {"name": "ours", "value": 1}, if_match=before[1] or "")
    assert changed.status_code == 200
    counters.catch_up(*replicas)
    fresh = counters.start_one()
    counters.catch_up(fresh)
    assert len({replica.entity(entity) for replica in (*replicas, fresh)}) == 1
    assert listed(fresh) == listed(replicas[0]) == listed(replicas[1])
    figures(
        dead_letters=len(records),
        repairs=sum(replica.status()["counters"]["repairs"] for replica in replicas),
        seconds=round(time.monotonic() - started, 1),
    )


def listed(replica: Replica) -> set[tuple[str, str]]:
    """Position and reason of its dead letters. (Their numbers are each replica's own.)"""
    return {(letter["position"], letter["reason"]) for letter in replica.get("/-/dead-letters").json()}
