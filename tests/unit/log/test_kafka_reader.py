from typing import Any

import pytest
from confluent_kafka import KafkaError, Message

from foldline.errors import LogCut, LogError
from foldline.log.kafka.codes import CUT, END
from foldline.log.kafka.contact import Contact
from foldline.log.kafka.reader import KafkaReader
from foldline.log.port import Partition

PARTITION = Partition("topic", 0)


def record(offset: int) -> Message:
    return Message(topic="topic", partition=0, offset=offset, key=b"key", value=b"value", timestamp=(1, 1000))


def error(code: int, offset: int) -> Message:
    return Message(topic="topic", partition=0, offset=offset, error=KafkaError(code))


class Consumer:
    def __init__(self, *messages: Message) -> None:
        self.messages = list(messages)

    def assign(self, partitions: Any) -> None:
        self.assigned = partitions

    def poll(self, timeout: float) -> Message | None:
        return self.messages.pop(0) if self.messages else None

    def consume(self, count: int, timeout: float) -> list[Message]:
        taken, self.messages = self.messages[:count], self.messages[count:]
        return taken


class Clients:
    contact = Contact("host:9092")

    def __init__(self, *messages: Message) -> None:
        self.consumer = Consumer(*messages)

    def reader(self) -> Consumer:
        return self.consumer


def reader_of(*messages: Message) -> KafkaReader:
    return KafkaReader(Clients(*messages), {PARTITION: 5})  # type: ignore[arg-type]


def test_a_position_passes_the_markers_that_follow_a_record() -> None:
    reader = reader_of(record(5), error(END, 8))
    assert [found.offset() for found in reader.poll(0, 10)] == [5]
    assert reader.positions() == {PARTITION: 8}


def test_a_position_does_not_go_back_to_an_end_that_was_passed() -> None:
    reader = reader_of(record(5), error(END, 6), record(6))
    assert [found.offset() for found in reader.poll(0, 10)] == [5, 6]
    assert reader.positions() == {PARTITION: 7}


def test_what_was_read_before_a_cut_is_given_before_it_is_told_of() -> None:
    reader = reader_of(record(5), error(CUT, 6))
    assert [found.offset() for found in reader.poll(0, 10)] == [5]
    for _ in range(2):
        with pytest.raises(LogCut, match="topic-0 does not hold offset 6"):
            reader.poll(0, 10)


def test_a_right_that_is_missing_is_told_of_until_it_is_granted() -> None:
    reader = reader_of(error(KafkaError.TOPIC_AUTHORIZATION_FAILED, 5))
    with pytest.raises(LogError, match="grant this user Read"):
        reader.poll(0, 10)
    assert reader.poll(0, 10) == []


def test_silence_is_no_error() -> None:
    reader = reader_of(error(KafkaError._TRANSPORT, 5), error(KafkaError._ALL_BROKERS_DOWN, 5))
    assert reader.poll(0, 10) == []
