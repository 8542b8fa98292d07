"""What happened to an entity, and where the log holds it."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from foldline.errors import Malformed

Entity = dict[str, Any]
"""An entity as functions see it: camelCase fields, `id` first, numbers with a fraction as `Decimal`."""

POSITION = "([A-Za-z0-9._-]{1,249})-(0|[1-9][0-9]{0,8})@(0|[1-9][0-9]{0,17})"
"""What a position looks like, to this language and to JSON Schema's alike."""


class Position(NamedTuple):
    """Where a record is: `eventbus.products-0@42` is offset 42 of partition 0. `topic` is the log's name of it."""

    topic: str
    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.topic}-{self.partition}@{self.offset}"

    @classmethod
    def parse(cls, text: str) -> "Position":
        """Read what `str` wrote; raises Malformed."""
        match = re.fullmatch(POSITION, text.strip(" \t"))
        if match is None:
            raise Malformed(f"{text.strip()!r} is no position; one looks like eventbus.products-0@42")
        return cls(match[1], int(match[2]), int(match[3]))


@dataclass(frozen=True, slots=True)
class Event:
    """One fact about one entity, as a projector gets it."""

    topic: str
    """The topic's name in topics.yaml."""
    id: str
    before: Entity | None
    """The entity before; None: there was none."""
    after: Entity | None
    """The entity now; None: it was removed."""
    position: Position
    """The record that the entity's present state comes from (its origin)."""
    time: datetime
    """UTC."""


@dataclass(frozen=True, slots=True)
class Set:
    """A command's decision: from now on the entity is this."""

    entity: Entity


@dataclass(frozen=True, slots=True)
class Remove:
    """A command's decision: the entity is gone."""
