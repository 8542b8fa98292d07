"""What only a real broker can show."""

import logging
import queue
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress

import pytest
from brokers import Broker
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient
from logs import DEADLINE, read_until, refuse, until, values
from services import eventually

from foldline.errors import LogCut, LogError
from foldline.log.kafka import KafkaLog
from foldline.log.port import Bounds, Partition, Record, TopicSpec


def create(log: KafkaLog, topic: str) -> Partition:
    log.create([TopicSpec(topic, 1)])
    return Partition(topic, 0)


def is_empty(log: KafkaLog, partition: Partition) -> bool:
    """Whether the topic was made anew, and every broker knows."""
    try:
        return log.bounds([partition]) == {partition: Bounds(0, 0)}
    except LogError:
        return False


@pytest.fixture
def log(broker: Broker) -> Iterator[KafkaLog]:
    log = KafkaLog(broker.servers, {}, "tests")
    yield log
    log.close()


@pytest.fixture
def own_log(own_broker: Broker) -> Iterator[KafkaLog]:
    log = KafkaLog(own_broker.servers, {}, "tests")
    yield log
    log.close()


def test_nothing_is_lost_or_doubled_when_the_broker_is_killed(own_broker: Broker, own_log: KafkaLog) -> None:
    partition = create(own_log, "topic")
    reader = own_log.read_on({partition: 0})
    stop = threading.Event()
    appended: list[bytes] = []

    def write() -> None:
        while not stop.wait(0.001):
            appended.append(b"%d" % len(appended))
            own_log.append("topic", b"key", appended[-1], (), refuse)

    writer = threading.Thread(target=write)
    writer.start()
    read: list[Record] = []
    for _ in range(2):
        read += read_until(lambda found: len(found) > 500, reader)
        own_broker.kill()
        own_broker.start()
    read += read_until(lambda found: len(found) > 500, reader)
    stop.set()
    writer.join()
    assert own_log.flush(DEADLINE)
    missing = len(appended) - len(read)
    read += read_until(lambda found: len(found) >= missing, reader)

    assert values(read) == appended
    assert eventually(lambda: known(own_log, partition, len(appended) + 1)) == read
    reader.close()


def known(log: KafkaLog, partition: Partition, limit: int) -> Sequence[Record]:
    """The first records; none where a broker that has just come back does not know its topics yet."""
    with suppress(LogError):
        return log.read(partition, 0, limit)
    return []


def test_an_outage_and_its_end_are_each_logged_once(
    own_broker: Broker, own_log: KafkaLog, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.INFO, logger="foldline")
    partition = create(own_log, "topic")
    reader = own_log.read_on({partition: 0})
    own_broker.stop()
    for _ in range(3):
        with pytest.raises(LogError):
            own_log.bounds([partition], timeout=1.0)
        assert reader.poll(0.1, 10) == []
    own_log.append("topic", b"key", b"value", (), refuse)

    own_broker.start()
    until(lambda: reader.poll(0.1, 10))

    lost, found = caplog.messages
    assert f"{own_broker.servers} is out of reach" in lost
    assert "answers again" in found
    assert capfd.readouterr().err == ""
    reader.close()


def test_without_a_broker_questions_end_in_time_and_say_why(own_broker: Broker) -> None:
    own_broker.stop()
    log = KafkaLog(own_broker.servers, {"message.timeout.ms": "1000"}, "tests")
    errors: queue.Queue[LogError] = queue.Queue()
    started = time.monotonic()

    log.append("topic", b"key", b"value", (), errors.put)
    with pytest.raises(LogError, match=f"{own_broker.servers} did not answer"):
        log.describe(["topic"], timeout=1.0)
    with pytest.raises(LogError, match=f"{own_broker.servers} did not answer"):
        log.bounds([Partition("topic", 0)], timeout=1.0)

    assert "may or may not have been written" in str(errors.get(timeout=5))
    log.append("topic", b"key", b"value", (), errors.put)
    log.close()
    assert "topic" in str(errors.get_nowait())
    assert time.monotonic() - started < 15


def test_a_broker_that_stands_still_gives_no_bounds(own_broker: Broker, own_log: KafkaLog) -> None:
    partition = create(own_log, "topic")
    assert own_log.bounds([partition]) == {partition: Bounds(0, 0)}
    with own_broker.frozen(), pytest.raises(LogError, match="did not answer"):
        own_log.bounds([partition], timeout=0.5)
    assert own_log.bounds([partition]) == {partition: Bounds(0, 0)}


def test_a_topic_that_is_made_anew_has_another_identity(broker: Broker, log: KafkaLog, topic: str) -> None:
    partition = create(log, topic)
    log.append(topic, b"key", b"value", (), refuse)
    assert log.flush(DEADLINE)
    before = log.describe([topic])[topic].identity

    with AdminClient({"bootstrap.servers": broker.servers}) as admin:
        admin.delete_topics([topic])[topic].result(DEADLINE)
        until(lambda: log.describe([topic]) == {})
    create(log, topic)

    assert log.describe([topic])[topic].identity != before
    until(lambda: is_empty(log, partition))


def test_a_topic_that_is_made_anew_and_shorter_cuts_its_readers_off(broker: Broker, log: KafkaLog, topic: str) -> None:
    partition = create(log, topic)
    for _ in range(10):
        log.append(topic, b"key", b"value", (), refuse)
    assert log.flush(DEADLINE)

    with AdminClient({"bootstrap.servers": broker.servers}) as admin:
        admin.delete_topics([topic])[topic].result(DEADLINE)
        until(lambda: log.describe([topic]) == {})
    create(log, topic)
    until(lambda: is_empty(log, partition))
    reader = log.read_on({partition: 10})

    with pytest.raises(LogCut):
        until(lambda: reader.poll(0.1, 10))
    reader.close()


def test_an_open_transaction_ends_the_log_until_it_is_committed(broker: Broker, log: KafkaLog, topic: str) -> None:
    partition = create(log, topic)
    reader = log.read_on({partition: 0})
    with Producer({"bootstrap.servers": broker.servers, "transactional.id": topic}) as other:
        other.init_transactions()
        other.begin_transaction()
        other.produce(topic, b"in doubt", b"key")
        assert other.flush(DEADLINE) == 0

        assert log.bounds([partition]) == {partition: Bounds(0, 0)}
        assert log.read(partition, 0, 10) == []
        assert reader.poll(0.3, 10) == []

        other.commit_transaction()

    until(lambda: log.bounds([partition]) == {partition: Bounds(0, 2)})
    assert values(read_until(lambda _: reader.positions() == {partition: 2}, reader)) == [b"in doubt"]
    assert values(log.read(partition, 0, 10)) == [b"in doubt"]
    reader.close()


def test_a_reader_passes_the_end_of_an_aborted_transaction(broker: Broker, log: KafkaLog, topic: str) -> None:
    partition = create(log, topic)
    reader = log.read_on({partition: 0})
    with Producer({"bootstrap.servers": broker.servers, "transactional.id": topic}) as other:
        other.init_transactions()
        other.begin_transaction()
        other.produce(topic, b"never", b"key")
        assert other.flush(DEADLINE) == 0
        other.abort_transaction()

    until(lambda: log.bounds([partition]) == {partition: Bounds(0, 2)})
    assert read_until(lambda _: reader.positions() == {partition: 2}, reader) == []
    reader.close()
