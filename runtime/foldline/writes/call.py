"""What a command is called with, and what comes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from foldline.event import Entity, Position


class IfMatch(NamedTuple):
    """The entity must be one of these; `anything`: it must exist (`If-Match: *`)."""

    origins: frozenset[int]
    anything: bool = False

    def allows(self, origin: int | None) -> bool:
        """Whether the entity with this origin (None: there is none) is one that was meant."""
        return origin is not None and (self.anything or origin in self.origins)


class IdempotencyKey(NamedTuple):
    """Two digests (SHA-256, hexadecimal): of caller, method, path and key; and of the request's body."""

    key: bytes
    request: bytes


@dataclass(frozen=True, slots=True)
class Call:
    """One request to run a command."""

    now: datetime
    """UTC."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """The path's variables; `id` among them unless the command creates."""
    body: Entity | None = None
    if_match: IfMatch | None = None
    key: IdempotencyKey | None = None
    trace: Sequence[tuple[str, str]] = ()
    """Headers to record: correlationid, causationid, traceparent."""


class Written(NamedTuple):
    """What a command's caller is told."""

    status: int
    """201 for a create, else 200."""
    location: str | None
    """Path of the entity that was created."""
    entity: bytes | None
    """The entity's JSON: as it is now, or, removed, as it was; None where it has none."""
    origin: int | None
    """Its ETag; None where there is no entity."""
    position: Position | None
    """Where the event is; None where nothing was written."""
