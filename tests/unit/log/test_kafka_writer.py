import queue
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from confluent_kafka import KafkaError, KafkaException
from services import eventually

from foldline.errors import LogError
from foldline.log.kafka.contact import Contact
from foldline.log.kafka.writer import Writer

FORBIDDEN = KafkaError(KafkaError.CLUSTER_AUTHORIZATION_FAILED, "Cluster authorization failed", fatal=True)


class Producer:
    """Does what librdkafka's does where the user may write to no topic."""

    def __init__(self, allowed: bool) -> None:
        self.allowed = allowed
        self.waiting: list[Callable[[KafkaError | None, Any], None]] = []
        self.told = False
        self.closed = False
        self.polls = 0

    def produce(self, *record: Any, headers: Any, on_delivery: Callable[[KafkaError | None, Any], None]) -> None:
        if self.told:
            raise KafkaException(KafkaError(KafkaError._FATAL))
        self.waiting.append(on_delivery)

    def poll(self, timeout: float) -> None:
        self.polls += 1
        if self.closed:
            raise RuntimeError("Producer has been closed")
        if self.allowed:
            self.waiting.clear()
        elif self.waiting and not self.told:
            self.told = True
            raise KafkaException(FORBIDDEN)

    def __len__(self) -> int:
        return len(self.waiting)

    def purge(self) -> None:
        for report in self.waiting:
            report(KafkaError(KafkaError._PURGE_QUEUE), None)
        self.waiting.clear()

    def close(self) -> None:
        self.closed = True


class Clients:
    contact = Contact("host:9092")
    generation = 0

    def __init__(self) -> None:
        self.made: list[Producer] = []
        self.allowed = False

    def producer(self) -> Producer:
        self.made.append(Producer(self.allowed))
        return self.made[-1]


@pytest.fixture
def clients() -> Clients:
    return Clients()


@pytest.fixture
def writer(clients: Clients) -> Iterator[Writer]:
    writer = Writer(clients)  # type: ignore[arg-type]
    yield writer
    writer.close(5)


def append(writer: Writer) -> "queue.Queue[LogError]":
    errors: queue.Queue[LogError] = queue.Queue()
    writer.append("topic", b"key", b"value", (), errors.put)
    return errors


def test_a_user_who_may_not_write_is_told_why_and_what_to_grant(writer: Writer) -> None:
    error = append(writer).get(timeout=5)

    assert "Cluster authorization failed" in str(error)
    assert "grant this user Write" in str(error)


def test_after_a_fatal_error_the_next_append_makes_another_producer(writer: Writer, clients: Clients) -> None:
    append(writer).get(timeout=5)
    clients.allowed = True

    errors = append(writer)

    assert writer.flush(5)
    assert errors.empty()
    refused, allowed = clients.made
    assert refused.closed
    assert not allowed.closed


def test_a_writer_that_never_appended_makes_no_producer(clients: Clients) -> None:
    writer = Writer(clients)  # type: ignore[arg-type]
    assert writer.flush(0)
    writer.close(5)
    assert clients.made == []


def test_failures_are_told_also_after_another_thread_closed_a_producer_that_was_served(
    writer: Writer, clients: Clients
) -> None:
    clients.allowed = True
    append(writer)
    [closed] = clients.made
    closed.close()
    before = closed.polls
    eventually(lambda: closed.polls > before)

    clients.allowed = False
    clients.generation += 1

    assert "grant this user Write" in str(append(writer).get(timeout=5))


def test_a_callers_error_does_not_keep_others_from_being_told(writer: Writer, caplog: pytest.LogCaptureFixture) -> None:
    def fail(error: LogError) -> None:
        raise ValueError("of the caller")

    writer.append("topic", b"key", b"value", (), fail)

    assert "grant this user Write" in str(append(writer).get(timeout=5))
    assert "of the caller" in caplog.text


def test_a_producer_of_clients_that_were_given_up_is_replaced(clients: Clients, writer: Writer) -> None:
    clients.allowed = True
    append(writer)
    clients.generation += 1
    append(writer)
    old, new = clients.made
    assert old.closed
    assert not new.closed
