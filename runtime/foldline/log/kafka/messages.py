"""What consumers give, as records."""

from typing import cast

from confluent_kafka import Consumer, Message

from foldline.log.port import Headers, Partition, Record


def take(consumer: Consumer, timeout: float, limit: int) -> list[Message]:
    """Wait for a message, then give all that is there, at most `limit`; errors and ends come as messages too."""
    message = consumer.poll(timeout)
    if message is None:
        return []
    return [message, *consumer.consume(limit - 1, 0)] if limit > 1 else [message]


def place_of(message: Message) -> tuple[Partition, int]:
    """Partition and offset of a message that a consumer gave: it has both."""
    return Partition(cast("str", message.topic()), cast("int", message.partition())), cast("int", message.offset())


def record_of(message: Message) -> Record:
    """The record that a message without an error holds."""
    partition, offset = place_of(message)
    headers = cast("Headers | None", message.headers()) or ()
    return Record(*partition, offset, message.key(), message.value(), headers, message.timestamp()[1])
