"""What a record claims, read once and before anything is decided."""

from typing import NamedTuple

from foldline import wire
from foldline.errors import DeadOnArrival
from foldline.fold.heads import Placed, place
from foldline.log.port import Headers, Record


class Candidate(NamedTuple):
    """A record that may become its entity's head."""

    topic: str
    """The topic's name in topics.yaml."""
    id: str | None
    """The entity; None where the key cannot be read."""
    record: Record
    headers: dict[str, bytes | None]
    """By name; of a name that stands more than once, the last."""
    placed: Placed | None
    """None: dead on arrival."""
    kind: int
    reason: str | None
    """Why it is dead on arrival."""


def read(topic: str, record: Record) -> Candidate:
    """Read key, envelope and the headers that decide."""
    headers = dict(record.headers)
    entity = None
    try:
        entity = wire.read_key(record.key)
        kind = wire.kind_of(record.value)
        placed = place(record.offset, _offset(headers, wire.FOLLOWS), _offset(headers, wire.REPAIRS))
    except DeadOnArrival as error:
        return Candidate(topic, entity, record, headers, None, wire.UNREADABLE, error.message)
    return Candidate(topic, entity, record, headers, placed, kind, None)


def _offset(headers: dict[str, bytes | None], name: str) -> int | None:
    return wire.offset_header(name, headers[name]) if name in headers else None


def without_places(headers: Headers) -> list[tuple[str, bytes | None]]:
    """The headers that a repair copies: all but those that say where a record stands."""
    return [(name, raw) for name, raw in headers if name not in {wire.FOLLOWS, wire.REPAIRS}]
