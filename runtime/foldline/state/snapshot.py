"""What can be read of the state, all as of one moment."""

import sqlite3
import time
from collections.abc import Mapping
from typing import NamedTuple

from foldline.event import Position
from foldline.functions.application import LoadedTopic
from foldline.state.entities import StateEntities, StoredHead, find


class KeptAnswer(NamedTuple):
    """What was answered under an idempotency key."""

    request: bytes | None
    topic: str
    id: str
    partition: int
    origin: int
    value: bytes | None
    answer: str


class Snapshot:
    """One transaction of a reading connection."""

    def __init__(self, connection: sqlite3.Connection, topics: Mapping[str, LoadedTopic]) -> None:
        self.connection = connection
        self._topics = topics

    def find(self, topic: str, id: str) -> StoredHead | None:
        """The entity's head; None where nothing was ever written."""
        return find(self.connection, topic, id)

    def entities(self, topic: str) -> StateEntities:
        """A topic's entities."""
        return StateEntities(self.connection, self._topics[topic])

    def positions(self) -> tuple[Position, ...]:
        """The last position folded of each partition that holds anything."""
        rows = self.connection.execute("SELECT topic, partition, next - 1 FROM foldline_positions WHERE next > 0")
        return tuple(Position._make(row) for row in rows)

    def position(self) -> str:
        """The same as `positions`, as a list in text."""
        text: str | None = self.connection.execute(
            "SELECT group_concat(topic || '-' || partition || '@' || (next - 1), ', ') "
            "FROM foldline_positions WHERE next > 0"
        ).fetchone()[0]
        return text or ""

    def kept_answer(self, key: bytes, window: float) -> KeptAnswer | None:
        """What was answered under the key within the last `window` seconds.

        By the clock, or by the log's time where that is ahead: compaction does not wait for a log that is quiet, so
        neither may the age of a key.
        """
        row = self.connection.execute(
            f"SELECT {', '.join(KeptAnswer._fields)} FROM foldline_keys "
            "WHERE key = ? AND time >= max(?, (SELECT max(time) FROM foldline_positions)) - ?",
            (key, time.time() * 1000, window * 1000),
        ).fetchone()
        return None if row is None else KeptAnswer._make(row)
