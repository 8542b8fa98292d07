"""What consumers give, as records."""

from collections.abc import Iterable
from functools import partial
from typing import cast

from confluent_kafka import Consumer, Message

from foldline.log.port import Partition, Record

_record = partial(tuple.__new__, Record)  # a replay makes millions: this is half the price of Record(...)


def take(consumer: Consumer, timeout: float, limit: int) -> list[Message]:
    """Wait for a message, then give all that is there, at most `limit`; errors and ends come as messages too."""
    message = consumer.poll(timeout)
    if message is None:
        return []
    return [message, *consumer.consume(limit - 1, 0)] if limit > 1 else [message]


def place_of(message: Message) -> tuple[Partition, int]:
    """Partition and offset of a message that a consumer gave: it has both."""
    return Partition(cast("str", message.topic()), cast("int", message.partition())), cast("int", message.offset())


def records_of(messages: Iterable[Message]) -> list[Record]:
    """The records among some messages; what stands for an error or an end holds none."""
    return [
        _record((m.topic(), m.partition(), m.offset(), m.key(), m.value(), m.headers() or (), m.timestamp()[1]))
        for m in messages
        if m.error() is None
    ]
