"""What consumers give."""

from collections.abc import Mapping, Sequence
from typing import cast

from confluent_kafka import Consumer, Message

from foldline.log import port
from foldline.log.port import Partition


def take(consumer: Consumer, timeout: float, limit: int) -> list[Message]:
    """Wait for a message, then give all that is there, at most `limit`; errors and ends come as messages too."""
    message = consumer.poll(timeout)
    if message is None:
        return []
    return [message, *consumer.consume(limit - 1, 0)] if limit > 1 else [message]


def place_of(message: Message) -> tuple[Partition, int]:
    """Partition and offset of a message that a consumer gave: it has both."""
    return Partition(cast("str", message.topic()), cast("int", message.partition())), cast("int", message.offset())


def without_errors(messages: list[Message]) -> list[port.Message]:
    """Those that hold a record; the others stand for an error or an end."""
    if any(map(Message.error, messages)):
        messages = [message for message in messages if message.error() is None]
    return cast("list[port.Message]", messages)


def last_of_each(messages: Sequence[port.Message], partitions: int) -> Mapping[Partition, port.Message]:
    """The last message of each partition, of messages that come in order, from so many partitions at most."""
    last: dict[tuple[str, int], port.Message] = {}
    for message in reversed(messages):
        place = message.topic(), message.partition()
        if place not in last:
            last[place] = message
            if len(last) == partitions:
                break
    return {Partition(*place): message for place, message in last.items()}
