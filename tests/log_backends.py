"""The two logs, each with what tests need besides the port."""

import contextlib
import sqlite3
from pathlib import Path
from typing import Protocol

from confluent_kafka import Producer, TopicPartition
from confluent_kafka.admin import AdminClient

from foldline.log.port import Headers, Partition


class Backend(Protocol):
    """A log, seen from outside."""

    url: str

    def append(self, partition: Partition, key: bytes | None, value: bytes | None, headers: Headers) -> None:
        """Append as another program would, and return once it is done."""

    def cut(self, partition: Partition, before: int) -> None:
        """Delete the records before this offset."""


class Reachable(Protocol):
    """A broker, wherever it runs."""

    @property
    def servers(self) -> str:
        """As in `bootstrap.servers`."""

    @property
    def url(self) -> str:
        """As in FOLDLINE_LOG."""


class SqliteBackend:
    def __init__(self, path: Path) -> None:
        self.url = f"sqlite:{path}"
        self._path = path

    def append(self, partition: Partition, key: bytes | None, value: bytes | None, headers: Headers) -> None:
        assert not headers
        with contextlib.closing(sqlite3.connect(self._path)) as connection, connection:
            topic, offset = connection.execute(
                'SELECT topic, "end" FROM partitions JOIN topics ON topics.number = topic'
                " WHERE name = ? AND partitions.number = ?",
                partition,
            ).fetchone()
            row = (topic, partition.number, offset, 0, key, value, "[]")
            connection.execute("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            connection.execute(
                'UPDATE partitions SET "end" = ? WHERE topic = ? AND number = ?', (offset + 1, topic, partition.number)
            )

    def cut(self, partition: Partition, before: int) -> None:
        with contextlib.closing(sqlite3.connect(self._path)) as connection, connection:
            connection.execute(
                "DELETE FROM records WHERE topic = (SELECT number FROM topics WHERE name = ?)"
                ' AND partition = ? AND "offset" < ?',
                (*partition, before),
            )


class KafkaBackend:
    def __init__(self, broker: Reachable) -> None:
        self.url = broker.url
        self._servers = broker.servers

    def append(self, partition: Partition, key: bytes | None, value: bytes | None, headers: Headers) -> None:
        with Producer({"bootstrap.servers": self._servers}) as producer:
            producer.produce(partition.topic, value, key, partition.number, headers=list(headers))
            assert producer.flush(10) == 0

    def cut(self, partition: Partition, before: int) -> None:
        with AdminClient({"bootstrap.servers": self._servers}) as admin:
            [deleted] = admin.delete_records([TopicPartition(*partition, before)]).values()
            deleted.result(10)
