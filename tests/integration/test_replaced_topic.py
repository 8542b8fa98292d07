"""A topic is deleted, and made anew under the same name, while a service runs on its state of the old one."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from brokers import Broker
from confluent_kafka.admin import AdminClient
from log_backends import KafkaBackend
from replicas import Counters, Replica, figures
from services import eventually

OLD = 20
NEW = b'{"eventType":"set","payload":{"name":"new","value":0}}'


@pytest.fixture
def counters(broker: Broker, tmp_path: Path, topic: str) -> Iterator[Counters]:
    with Counters(tmp_path, broker.url, topic, partitions=1) as application:
        yield application


@pytest.fixture
def live(counters: Counters) -> Replica:
    """A service that has folded the old topic."""
    live = counters.start_one()
    for number in range(OLD):
        assert live.service.post("/counters", {"name": f"old {number}"}).status_code == 201
    return live


def delete(broker: Broker, counters: Counters) -> None:
    with AdminClient({"bootstrap.servers": broker.servers}) as admin:
        admin.delete_topics([counters.topic])[counters.topic].result(30)
    eventually(lambda: not counters.log.describe([counters.topic]))


def make_anew(broker: Broker, counters: Counters, records: int) -> None:
    counters.create_topic()
    outside = KafkaBackend(broker)
    for number in range(records):
        outside.append(counters.partitions[0], b"new-%d" % number, NEW, ())


def await_rebuilt(live: Replica, records: int) -> float:
    """Return once the service shows the new topic's entities alone. Gives the seconds."""
    started = time.monotonic()
    eventually(lambda: [counter["name"] for counter in live.entities()] == ["new"] * records)
    return time.monotonic() - started


@pytest.mark.parametrize("records", [0, 1, 2 * OLD], ids=["empty", "shorter", "longer"])
def test_the_state_is_set_aside_and_rebuilt_and_the_service_goes_on(
    broker: Broker, counters: Counters, live: Replica, tmp_path: Path, records: int
) -> None:
    delete(broker, counters)
    make_anew(broker, counters, records)
    noticed = await_rebuilt(live, records)
    written = live.service.post("/counters", {"name": "later"})

    figures(records=records, noticed_after=round(noticed, 1), then_a_post=written.status_code)
    assert written.status_code == 201
    assert "state is rebuilt from the log" in live.service.output()
    assert list(tmp_path.glob("state-*.db.aside-*"))
    assert len(list(live.entities())) == records + 1
    assert list(counters.start_one().entities()) == list(live.entities())


def test_a_topic_that_was_seen_to_be_gone_is_not_trusted_when_it_is_back(
    broker: Broker, counters: Counters, live: Replica
) -> None:
    delete(broker, counters)
    eventually(lambda: live.status()["contact_seconds"] > 1)
    make_anew(broker, counters, 2 * OLD)
    noticed = await_rebuilt(live, 2 * OLD)

    figures(noticed_after=round(noticed, 1))
    assert noticed < 5
