"""Plain data in the place of what the runtime gives."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from foldline import jsontext
from foldline.errors import NotFound
from foldline.event import Entity, Event, Position
from foldline.functions.ports import Entities, Items, Stored

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
"""The time in tests that say no other."""


def entities(states: Mapping[str, Mapping[str, Any]]) -> Entities:
    """Stand-in for a topic's entities, by id: `entities({"p1": {"name": "Tea"}})`."""
    return _Entities({key: as_stored(key, state) for key, state in states.items()})


def history(*facts: tuple[str, str, Mapping[str, Any] | None]) -> tuple[Event, ...]:
    """The events of these facts, in order, each with what was `before`, a second apart.

    A fact is a topic, an id, and the entity from then on, or None where it was removed:
    `history(("products", "p1", {"name": "Tea"}), ("products", "p1", None))`.
    """
    states: dict[tuple[str, str], Entity] = {}
    events = []
    for offset, (topic, key, state) in enumerate(facts):
        before = states.pop((topic, key), None)
        after = None if state is None else as_stored(key, state)
        if after is not None:
            states[topic, key] = after
        position = Position(topic, 0, offset)
        events.append(Event(topic, key, before, after, position, NOW + timedelta(seconds=offset)))
    return tuple(events)


def as_stored(id: str, state: Mapping[str, Any]) -> Stored:
    """The entity as it comes back from the log: its id first, numbers with a fraction as `Decimal`."""
    return Stored({"id": id} | through_json(state) | {"id": id}, origin=0)


def through_json(data: Any) -> Any:
    """What becomes of data that is sent as JSON; raises TypeError for what JSON cannot hold."""
    return jsontext.decode(jsontext.encode(data))


class _Entities:
    def __init__(self, stored: Mapping[str, Stored]) -> None:
        self._stored = stored

    def __getitem__(self, id: str) -> Entity:
        if id not in self._stored:
            raise NotFound(f"There is nothing with id {id!r}.", id=id)
        return self._stored[id]

    def __contains__(self, id: object) -> bool:
        return id in self._stored

    def get(self, id: str) -> Entity | None:
        return self._stored.get(id)

    def page(self, after: str | None = None, limit: int = 100) -> Items:
        ids = sorted(key for key in self._stored if after is None or key > after)
        return Items([self._stored[key] for key in ids[:limit]], after=ids[limit - 1] if len(ids) > limit else None)
