"""What can be read of the state, all as of one moment."""

import sqlite3
import time
from collections.abc import Mapping
from typing import NamedTuple

from foldline.event import Position
from foldline.functions.application import LoadedTopic
from foldline.state.connections import Reader, Readers
from foldline.state.entities import StateEntities, StoredHead, find
from foldline.state.recent import EntityKey, Recent


class KeptAnswer(NamedTuple):
    """What was answered under an idempotency key."""

    request: bytes | None
    topic: str
    id: str
    partition: int
    origin: int
    value: bytes | None
    answer: str


class SnapshotPassed(BaseException):
    """What was found first is no longer so; look again. No Exception, lest a function that looks catch it."""


class Snapshot:
    """The state at one moment. What was read lately is given from memory; a transaction begins when it is needed."""

    def __init__(self, readers: Readers, topics: Mapping[str, LoadedTopic], recent: Recent, limit: float) -> None:
        """The transaction takes at most `limit` seconds."""
        self._readers = readers
        self._topics = topics
        self._recent = recent
        self._limit = limit
        self._moment = recent.moment
        self._found_in_memory = False
        self._reader: Reader | None = None
        self._read: list[tuple[EntityKey, StoredHead]] = []
        self._position: str | None = None

    @property
    def connection(self) -> sqlite3.Connection:
        """A transaction as of this moment."""
        if self._reader is None:
            self._reader = self._readers.begin(self._limit)
            if self._found_in_memory:
                self._reader.connection.execute("SELECT 1 FROM foldline_positions LIMIT 1").fetchone()  # begins it
                if self._recent.moment != self._moment:
                    raise SnapshotPassed
        return self._reader.connection

    def find(self, topic: str, id: str) -> StoredHead | None:
        """The entity's head; None where nothing was ever written."""
        head = None if self._reader is not None else self._in_memory((topic, id))
        if head is None:
            head = find(self.connection, topic, id)
            if head is not None:
                self._read.append(((topic, id), head))
        return head

    def _in_memory(self, key: EntityKey) -> StoredHead | None:
        recent = self._recent
        head, position = recent.find(key), recent.position
        if head is None or position is None or recent.moment != self._moment or self._moment % 2:
            return None
        self._found_in_memory = True
        self._position = position
        return head

    def entities(self, topic: str) -> StateEntities:
        """A topic's entities."""
        return StateEntities(self, self._topics[topic])

    def positions(self) -> tuple[Position, ...]:
        """The last position folded of each partition that holds anything."""
        rows = self.connection.execute("SELECT topic, partition, next - 1 FROM foldline_positions WHERE next > 0")
        return tuple(Position._make(row) for row in rows)

    def position(self) -> str:
        """The same as `positions`, as a list in text."""
        if self._position is None:
            self._position = self._ask_position()
        return self._position

    def _ask_position(self) -> str:
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

    def close(self) -> None:
        """End the transaction, if there is one; what it read is kept for others."""
        reader = self._reader
        if reader is not None:
            self._readers.end(reader)
            self._recent.keep(self._moment, self._read, self._position)
