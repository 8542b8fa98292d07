"""Records of messages, and messages of records."""

from functools import partial

from foldline.log.port import Headers, Message, Record

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
