"""Records of messages, and messages of records."""

from collections.abc import Mapping, Sequence
from functools import partial

from foldline.log.port import Headers, Message, Partition, Record

_record = partial(tuple.__new__, Record)  # a fold makes many: this is half the price of Record(...)


def record_of(message: Message) -> Record:
    """All parts of it."""
    return _record(
        (
            message.topic(),
            message.partition(),
            message.offset(),
            message.key(),
            message.value(),
            message.headers() or (),
            message.timestamp()[1],
        )
    )


def last_of_each(messages: Sequence[Message], partitions: int) -> Mapping[Partition, Message]:
    """The last message of each partition, of messages that come in order, from so many partitions at most."""
    last: dict[tuple[str, int], Message] = {}
    for message in reversed(messages):
        place = message.topic(), message.partition()
        if place not in last:
            last[place] = message
            if len(last) == partitions:
                break
    return {Partition(*place): message for place, message in last.items()}


class Held:
    """A message of a record that is here as a whole."""

    __slots__ = ("_record",)

    def __init__(self, record: Record) -> None:
        self._record = record

    def topic(self) -> str:
        return self._record.topic

    def partition(self) -> int:
        return self._record.partition

    def offset(self) -> int:
        return self._record.offset

    def key(self) -> bytes | None:
        return self._record.key

    def value(self) -> bytes | None:
        return self._record.value

    def headers(self) -> Headers:
        return self._record.headers

    def timestamp(self) -> tuple[int, int]:
        return 0, self._record.time
