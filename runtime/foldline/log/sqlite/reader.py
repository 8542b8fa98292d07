"""Reading on in the embedded log as it grows."""

import threading
import time
from collections import deque
from collections.abc import Mapping

from foldline.errors import LogCut
from foldline.log.port import Partition, Record
from foldline.log.sqlite.file import LogFile
from foldline.log.sqlite.records import Place, end_offsets, first_offset, select_records

_LOOK_SECONDS = 0.008
"""How often a waiting reader looks for what other processes wrote: under 10 ms late, for under 1% of a core."""


class Commits:
    """Tells a process's readers of its own writer's commits, at once."""

    def __init__(self) -> None:
        self._count = 0
        self._changed = threading.Condition()

    @property
    def count(self) -> int:
        """How many there were."""
        return self._count

    def announce(self) -> None:
        """There was one: wake all that wait."""
        with self._changed:
            self._count += 1
            self._changed.notify_all()

    def wait(self, seen: int, timeout: float) -> bool:
        """Wait until there are more than `seen`; False: not within `timeout` seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: self._count > seen, timeout)


class SqliteReader:
    """A Reader (see the port) on a connection of its own."""

    def __init__(
        self, file: LogFile, commits: Commits, places: Mapping[Partition, Place], starts: Mapping[Partition, int]
    ):
        """`places` says where the tables have the partitions of `starts`."""
        self._file = file
        self._commits = commits
        self._places = places
        self._positions = dict(starts)
        self._turns = deque(starts)
        self._connection = file.connect()

    def poll(self, timeout: float, limit: int) -> list[Record]:
        """See the port."""
        deadline = time.monotonic() + timeout
        with self._file.errors():
            while True:
                commits, version = self._commits.count, self._data_version()
                found = self._read(limit)
                if found or not self._wait_for_news(commits, version, deadline):
                    return found

    def positions(self) -> Mapping[Partition, int]:
        """See the port."""
        return dict(self._positions)

    def close(self) -> None:
        """See the port."""
        self._connection.close()

    def _wait_for_news(self, commits: int, version: int, deadline: float) -> bool:
        while (left := deadline - time.monotonic()) > 0:
            if self._commits.wait(commits, min(left, _LOOK_SECONDS)) or self._data_version() != version:
                return True
        return False

    def _data_version(self) -> int:
        """Another number after each commit of another connection, in whichever process."""
        version: int = self._connection.execute("PRAGMA data_version").fetchone()[0]
        return version

    def _read(self, limit: int) -> list[Record]:
        ends = end_offsets(self._connection)
        found: list[Record] = []
        passed: dict[Partition, int] = {}
        self._turns.rotate(-1)
        for partition in self._turns:
            waiting = ends[self._places[partition]] - self._positions[partition]
            room = min(limit - len(found), abs(waiting))  # what is appended meanwhile waits for the next poll
            if room > 0:
                some = self._read_partition(partition, ends[self._places[partition]], room)
                found += some
                passed[partition] = some[-1].offset + 1 if len(some) == room else ends[self._places[partition]]
        self._positions |= passed
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
