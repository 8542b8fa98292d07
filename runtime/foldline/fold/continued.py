"""Reading on from what was folded last, which must still be on the log."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import orjson

from foldline.errors import LogCut
from foldline.log.port import Message, Partition, Reader, Record
from foldline.log.records import record_of
from foldline.state.headers import pack


class Folded(NamedTuple):
    """The record of a partition that was folded last."""

    offset: int
    digest: bytes


def digest(record: Record) -> bytes:
    """Tells a record from another that a topic made anew may hold at its offset."""
    content = orjson.dumps([pack([("key", record.key), ("value", record.value)]), record.time])
    return hashlib.blake2b(content, digest_size=16).digest()


class Continued:
    """A Reader (see the log's port) that begins at the records folded last: it looks at these, and gives what follows.

    So they cost no question of their own. Until one has come, its partition is not at its end. One that compaction
    took does not come, and what comes in its place says nothing.
    """

    def __init__(self, reader: Reader, positions: Mapping[Partition, int], folded: Mapping[Partition, Folded]) -> None:
        """`positions` are the state's: the offset to be folded next of each partition."""
        self._reader = reader
        self._floor = positions  # of the partitions that have not come again to where the state is
        self._folded = folded

    def poll(self, timeout: float, limit: int) -> Sequence[Message]:
        """See the port. Raises LogCut where another record is at the place of one that was folded last."""
        messages = self._reader.poll(timeout, limit)
        if not self._floor:
            return messages
        positions = self._reader.positions()
        self._floor = {partition: floor for partition, floor in self._floor.items() if positions[partition] < floor}
        return [message for message in messages if self._is_new(message)]

    def wake(self) -> None:
        """See the port."""
        self._reader.wake()

    def positions(self) -> Mapping[Partition, int]:
        """See the port. Of a partition that has not come again to where the state is, what is read next."""
        return self._reader.positions()

    def reached(self) -> Mapping[Partition, int]:
        """The offset to be folded next of each partition: where it is read on, but never before where the state is."""
        return {**self._reader.positions(), **self._floor}

    def last(self) -> Mapping[Partition, Message]:
        """See the port."""
        return self._reader.last()

    def close(self) -> None:
        """See the port."""
        self._reader.close()

    def _is_new(self, message: Message) -> bool:
        partition = Partition(message.topic(), message.partition())
        folded = self._folded.get(partition)
        if folded is None or message.offset() != folded.offset:
            return True
        if digest(record_of(message)) != folded.digest:
            raise LogCut(f"{partition.topic}-{partition.number} has another record at {folded.offset} than was folded")
        return False
