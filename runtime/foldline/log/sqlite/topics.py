"""The embedded log's topics."""

import json
import sqlite3
import uuid
from typing import NamedTuple

from foldline.errors import LogError
from foldline.log.port import TopicInfo, TopicSpec
from foldline.log.sqlite.records import Place

_LARGEST_RECORD = 1_048_588
"""Kafka's default of max.message.bytes, so that what is too large for Kafka is found out on a laptop."""


class StoredTopic(NamedTuple):
    """A topic and its number in the tables."""

    number: int
    info: TopicInfo

    def place(self, partition: int) -> Place:
        """Where the tables have one of its partitions; raises LogError where it has no such partition."""
        if not 0 <= partition < self.info.partitions:
            raise LogError(f"topic {self.info.name} has no partition {partition}, only {self.info.partitions}")
        return Place(self.number, partition)

    @property
    def largest_record(self) -> int:
        """How many bytes of key and value it takes."""
        return int(self.info.config.get("max.message.bytes", _LARGEST_RECORD))


def find_topic(connection: sqlite3.Connection, name: str) -> StoredTopic | None:
    """The topic of that name, if there is one."""
    row = connection.execute(
        "SELECT number, name, identity, (SELECT count(*) FROM partitions WHERE topic = topics.number),"
        " replication, config FROM topics WHERE name = ?",
        (name,),
    ).fetchone()
    if row is None:
        return None
    number, name, identity, partitions, replication, config = row
    return StoredTopic(number, TopicInfo(name, identity, partitions, replication, json.loads(config)))


def create_topic(connection: sqlite3.Connection, spec: TopicSpec) -> None:
    """Create a topic with a new identity, inside a transaction of the caller's; one of that name stays as it is."""
    if spec.partitions < 1:
        raise LogError(f"topic {spec.name} needs one partition at least, not {spec.partitions}")
    if find_topic(connection, spec.name) is not None:
        return
    number = connection.execute(
        "INSERT INTO topics (name, identity, replication, config) VALUES (?, ?, ?, ?)",
        (spec.name, str(uuid.uuid4()), spec.replication, json.dumps(dict(spec.config))),
    ).lastrowid
    connection.executemany(
        "INSERT INTO partitions VALUES (?, ?, 0, 0)", [(number, partition) for partition in range(spec.partitions)]
    )
