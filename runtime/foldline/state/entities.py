"""Entities as functions read them, decoded from the heads that the fold stored."""

import sqlite3
from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

from foldline import jsontext, wire
from foldline.errors import NotFound, Unreadable
from foldline.event import Entity
from foldline.functions.application import LoadedTopic
from foldline.functions.ports import Items, Stored
from foldline.wire import READABLE


class StoredHead(NamedTuple):
    """An entity's row in the state."""

    id: str
    partition: int
    origin: int
    follows: int
    kind: int
    value: bytes | None
    headers: str
    time: int


_COLUMNS = ", ".join(StoredHead._fields)
_ONE = f"SELECT {_COLUMNS} FROM foldline_entities WHERE topic = ? AND id = ?"
_PAGE = f"""
    SELECT {_COLUMNS} FROM foldline_entities
    WHERE topic = ? AND kind = {READABLE} AND id > ? ORDER BY id LIMIT ?"""


def find(connection: sqlite3.Connection, topic: str, id: str) -> StoredHead | None:
    """The entity's head, a removed one too; None where nothing was ever written."""
    row = connection.execute(_ONE, (topic, id)).fetchone()
    return None if row is None else StoredHead._make(row)


def read(topic: LoadedTopic, head: StoredHead | None) -> Stored | None:
    """The entity, brought up to date by the topic's upcast; None: there is none. Raises Unreadable."""
    if head is None:
        return None
    entity = decode(topic, head.id, head.value)
    return None if entity is None else Stored(entity, head.origin)


def decode(topic: LoadedTopic, id: str, value: bytes | None) -> Entity | None:
    """What a record's value says of its entity, brought up to date; None: it was removed. Raises Unreadable."""
    try:
        entity = wire.read_entity(id, value)
        return entity if entity is None or topic.upcast is None else topic.upcast(entity) | {"id": id}
    except Exception as error:  # an upcast is the application's code
        raise Unreadable(f"{topic.declared.name} {id} cannot be read by this version: {error}", id=id) from error


class Heads(Protocol):
    """Where heads are found, all as of one moment."""

    @property
    def connection(self) -> sqlite3.Connection:
        """The database."""
        ...

    def find(self, topic: str, id: str) -> StoredHead | None:
        """The entity's head; None where nothing was ever written."""
        ...


class StateEntities:
    """`Entities` of one topic, as of one moment."""

    def __init__(self, heads: Heads, topic: LoadedTopic) -> None:
        self._heads = heads
        self._topic = topic
        self._name = topic.declared.name

    def get(self, id: str) -> Entity | None:
        """The entity, or None."""
        return read(self._topic, self._heads.find(self._name, id))

    def __getitem__(self, id: str) -> Entity:
        entity = self.get(id)
        if entity is None:
            raise NotFound(f"There is nothing with id {id!r} in {self._name}.", id=id)
        return entity

    def __contains__(self, id: object) -> bool:
        return isinstance(id, str) and self.get(id) is not None

    def page(self, after: str | None = None, limit: int = 100) -> Items:
        """The readable entities whose ids come after `after`, by id; at most `limit`."""
        rows = self._heads.connection.execute(_PAGE, (self._name, after or "", limit + 1)).fetchall()
        heads = [StoredHead._make(row) for row in rows]
        found = [entity for head in heads[:limit] if (entity := read(self._topic, head)) is not None]
        return Items(found, after=heads[limit - 1].id if len(heads) > limit else None)


def upcaster(topics: Mapping[str, LoadedTopic]) -> Callable[[str, str, bytes], str]:
    """The SQL function `foldline_payload(topic, id, value)`: an entity's JSON, brought up to date."""

    def payload(topic: str, id: str, value: bytes) -> str:
        return jsontext.encode(decode(topics[topic], id, value)).decode()

    return payload
