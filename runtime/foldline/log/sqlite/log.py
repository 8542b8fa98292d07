"""The embedded log, put together."""

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from foldline.errors import LogError, RecordTooLarge
from foldline.log.partitioner import partition_of
from foldline.log.port import Bounds, Failed, Headers, Partition, Reader, Record, TopicInfo, TopicSpec
from foldline.log.process import OneProcess
from foldline.log.sqlite.file import LogFile
from foldline.log.sqlite.reader import SqliteReader
from foldline.log.sqlite.records import Append, Place, all_bounds, pack_headers, select_records
from foldline.log.sqlite.topics import StoredTopic, create_topic, find_topic
from foldline.log.sqlite.writer import Writer
from foldline.transaction import transaction

_CLOSE_SECONDS = 5.0


class SqliteLog:
    """A Log (see the port) in one file, which several processes of one machine may share.

    An append is on disk before anybody sees it, and wakes all that wait for it, in every process.
    """

    def __init__(self, path: str | Path) -> None:
        """Open the file, or make it; raises LogError where that cannot be done."""
        self._process = OneProcess()
        self._file = LogFile(path)
        self._writer = Writer(self._file)
        self._topics: dict[str, StoredTopic] = {}
        self._lock = threading.Lock()
        self._connection = self._file.connect()

    def append(self, topic: str, key: bytes, value: bytes, headers: Headers, failed: Failed) -> None:
        """See the port."""
        self._process.check()
        stored = self._topics.get(topic) or self._find(topic)
        if len(key) + len(value) > stored.largest_record:
            raise RecordTooLarge(f"{len(key) + len(value)} bytes are more than topic {topic} takes (max.message.bytes)")
        place = stored.place(partition_of(key, stored.info.partitions))
        self._writer.put(Append(place, key, value, pack_headers(headers)), failed)

    def flush(self, timeout: float) -> bool:
        """See the port."""
        self._process.check()
        return self._writer.flush(timeout)

    def read_on(self, starts: Mapping[Partition, int]) -> Reader:
        """See the port; raises LogError for a partition that does not exist."""
        places = {partition: self._place(partition) for partition in starts}
        return SqliteReader(self._file, places, starts)

    def read(self, partition: Partition, start: int, limit: int, timeout: float = 5.0) -> list[Record]:
        """See the port."""
        place = self._place(partition)
        with self._ask(timeout) as connection:
            return select_records(connection, partition, place, start, limit)

    def bounds(self, partitions: Iterable[Partition], timeout: float = 5.0) -> Mapping[Partition, Bounds]:
        """See the port."""
        places = {partition: self._place(partition) for partition in partitions}
        with self._ask(timeout) as connection:
            found = all_bounds(connection)
        return {partition: found[place] for partition, place in places.items()}

    def describe(self, topics: Iterable[str], timeout: float = 5.0) -> Mapping[str, TopicInfo]:
        """See the port. `config` is as it was declared; the embedded log keeps every record whatever it says."""
        with self._ask(timeout) as connection:
            found = [find_topic(connection, name) for name in topics]
        return {topic.info.name: topic.info for topic in found if topic is not None}

    def create(self, specs: Iterable[TopicSpec], timeout: float = 10.0) -> None:
        """See the port."""
        with self._ask(timeout) as connection, transaction(connection):
            for spec in specs:
                create_topic(connection, spec)

    def close(self) -> None:
        """See the port."""
        self._process.check()
        self._writer.close(_CLOSE_SECONDS)
        with self._lock:
            self._connection.close()

    def _place(self, partition: Partition) -> Place:
        self._process.check()
        return (self._topics.get(partition.topic) or self._find(partition.topic)).place(partition.number)

    def _find(self, name: str) -> StoredTopic:
        with self._ask(_CLOSE_SECONDS) as connection:
            stored = find_topic(connection, name)
        if stored is None:
            raise LogError(f"{self._file.path}: there is no topic {name}; create it: foldline topics create")
        return self._topics.setdefault(name, stored)

    @contextmanager
    def _ask(self, timeout: float) -> Iterator[sqlite3.Connection]:
        """The connection that all callers share, one at a time."""
        self._process.check()
        if not self._lock.acquire(timeout=timeout):
            raise LogError(f"{self._file.path}: it did not answer within {timeout:g} s; try again")
        try:
            self._file.check_in_place()
            with self._file.errors():
                yield self._connection
        finally:
            self._lock.release()
