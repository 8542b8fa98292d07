"""Reading on in the embedded log as it grows."""

from collections import deque
from collections.abc import Mapping, Sequence

from foldline.errors import LogCut
from foldline.log.port import Message, Partition, Record
from foldline.log.records import Held
from foldline.log.sqlite.file import LogFile
from foldline.log.sqlite.records import Place, end_offsets, first_offset, select_records
from foldline.log.sqlite.wakeup import WakeUp


class SqliteReader:
    """A Reader (see the port) on a connection of its own."""

    def __init__(self, file: LogFile, places: Mapping[Partition, Place], starts: Mapping[Partition, int]) -> None:
        """`places` says where the tables have the partitions of `starts`."""
        self._file = file
        self._places = places
        self._positions = dict(starts)
        self._last: dict[Partition, Message] = {}
        self._turns = deque(starts)
        self._connection = file.connect()
        self._wake_up = WakeUp(file.path)

    def poll(self, timeout: float, limit: int) -> Sequence[Message]:
        """See the port."""
        with self._file.errors():
            found = self._read(limit)
            if not found and self._wake_up.wait(timeout):
                self._wake_up.clear()  # before the look, so that what comes after it wakes again
                found = self._read(limit)
        return found

    def wake(self) -> None:
        """See the port."""
        self._wake_up.wake()

    def positions(self) -> Mapping[Partition, int]:
        """See the port."""
        return dict(self._positions)

    def last(self) -> Mapping[Partition, Message]:
        """See the port."""
        return self._last

    def close(self) -> None:
        """See the port."""
        self._wake_up.close()
        self._connection.close()

    def _read(self, limit: int) -> list[Held]:
        ends = end_offsets(self._connection)
        found: list[Held] = []
        passed: dict[Partition, int] = {}
        last: dict[Partition, Held] = {}
        self._turns.rotate(-1)
        for partition in self._turns:
            waiting = ends[self._places[partition]] - self._positions[partition]
            room = min(limit - len(found), abs(waiting))  # what is appended meanwhile waits for the next poll
            if room > 0:
                some = self._read_partition(partition, ends[self._places[partition]], room)
                if some:
                    found += map(Held, some)
                    last[partition] = found[-1]
                passed[partition] = some[-1].offset + 1 if len(some) == room else ends[self._places[partition]]
        self._positions |= passed
        self._last |= last
        return found

    def _read_partition(self, partition: Partition, end: int, limit: int) -> list[Record]:
        start, place = self._positions[partition], self._places[partition]
        if start > end:
            raise LogCut(f"{partition.topic}-{partition.number} ends at {end}, before {start}")
        some = select_records(self._connection, partition, place, start, limit)
        if not some or some[0].offset > start:
            first = first_offset(self._connection, place, end)
            if start < first:
                raise LogCut(f"{partition.topic}-{partition.number} begins at {first}, after {start}")
        return some
