"""The records on the log, both ways: what is written, and what is made of anything that is found there.

The format is in docs/design.md, section 6. Whether a record counts is decided by offset, headers and envelope alone,
never by its payload, so that two versions of a service cannot disagree about who won.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson

from foldline import jsontext
from foldline.errors import DeadOnArrival
from foldline.event import Entity
from foldline.log.port import Headers

FOLLOWS, REPAIRS = "follows", "repairs"
ID, TYPE, TIME, SOURCE, SPEC = "ce_id", "ce_type", "ce_time", "ce_source", "ce_specversion"
KEY, REQUEST, ANSWER = "idempotencykey", "idempotencyrequest", "answer"
CORRELATION, CAUSATION, TRACE = "correlationid", "causationid", "traceparent"
USUAL = (ID, SOURCE, TYPE, TIME, SPEC, FOLLOWS, CORRELATION)
"""The headers of a command's record, in their order, unless its caller sent more than a request id."""

READABLE, REMOVED, UNREADABLE = 0, 1, 2

_DEEPEST = 250
"""Levels of nesting in a payload: orjson writes 254, of which a list of entities takes one, and an envelope another."""
LONGEST_OFFSET = 18
_SET_START = b'{"eventType":"set","payload":{"id":'
_PAYLOAD_AT = len(b'{"eventType":"set","payload":')


class Payload(NamedTuple):
    """What an entity's head says of it."""

    removed: bool
    text: bytes | None
    """The entity's JSON, its id first; None where there is none (a null, a remove without an entity)."""


def set_value(entity_id: str, entity: Mapping[str, Any]) -> bytes:
    """The value of a record that sets an entity; raises TypeError or ValueError for what JSON cannot hold."""
    return b'{"eventType":"set","payload":' + _entity_text(entity_id, entity) + b"}"


def remove_value(entity_id: str, entity: Mapping[str, Any] | None) -> bytes:
    """The value of a record that removes an entity, with the entity as it was."""
    if entity is None:
        return b'{"eventType":"remove"}'
    return b'{"eventType":"remove","payload":' + _entity_text(entity_id, entity) + b"}"


def _entity_text(entity_id: str, entity: Mapping[str, Any]) -> bytes:
    text = jsontext.encode({"id": entity_id} | {name: value for name, value in entity.items() if name != "id"})
    orjson.loads(text)  # what no reader could read must not be written
    return text


def kind_of(value: bytes | None) -> int:
    """What a value says of its entity: READABLE (a set), REMOVED, or UNREADABLE by this version.

    Raises DeadOnArrival unless it is an envelope, or null: a JSON object whose `eventType` is text.
    """
    if value is None:
        return REMOVED
    try:
        envelope = orjson.loads(value)
    except orjson.JSONDecodeError as error:
        raise DeadOnArrival(f"its value is not JSON: {error}") from None
    if type(envelope) is not dict or type(event_type := envelope.get("eventType")) is not str:
        raise DeadOnArrival("its value is no envelope: no JSON object with an eventType")
    if event_type == "remove":
        return REMOVED
    if event_type != "set" or type(payload := envelope.get("payload")) is not dict:
        return UNREADABLE
    return READABLE if value.count(b"{") + value.count(b"[") < _DEEPEST or _fits(payload) else UNREADABLE


def _fits(payload: Any) -> bool:
    """Whether the payload's nesting can be followed, and written again."""
    level = [payload]
    for _ in range(_DEEPEST):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if type(outer) is dict else outer)
            if type(inner) is dict or type(inner) is list
        ]
        if not level:
            return True
    return False


def read_key(key: bytes | None) -> str:
    """The entity's id; raises DeadOnArrival."""
    if not key:
        raise DeadOnArrival("it has no key")
    try:
        return key.decode()
    except UnicodeDecodeError:
        raise DeadOnArrival("its key is not UTF-8") from None


def offset_header(name: str, raw: bytes | None) -> int:
    """The value of a `follows` or `repairs` header; raises DeadOnArrival."""
    if raw is not None and (raw == b"-1" or (raw.isdigit() and len(raw) <= LONGEST_OFFSET)):
        return int(raw)
    raise DeadOnArrival(f"its header {name} is {raw!r}, not an offset")


def text_header(headers: Headers, name: str) -> str | None:
    """The last header of that name, as text; None where there is none that can be read."""
    for header, raw in reversed(headers):
        if header == name and raw is not None:
            return raw.decode(errors="replace")
    return None


def read_payload(entity_id: str, value: bytes | None) -> Payload | None:
    """What a head's value says of its entity; None: this version cannot read it (an unknown event type, say).

    The key wins: a payload without an id, or with another, is read as having the key's.
    """
    if value is None:
        return Payload(removed=True, text=None)
    text = _own_payload(entity_id, value)
    if text is not None:
        return Payload(removed=False, text=text)
    kind = kind_of(value)
    text = None if kind == UNREADABLE else _rewritten_payload(entity_id, value)
    return None if text is None and kind != REMOVED else Payload(removed=kind == REMOVED, text=text)


def _rewritten_payload(entity_id: str, value: bytes) -> bytes | None:
    """The payload's text with the key's id; None where there is no object, or none that can be written."""
    try:
        payload = jsontext.decode(value).get("payload")
        return _entity_text(entity_id, payload) if type(payload) is dict else None
    except (TypeError, ValueError):
        return None


def _own_payload(entity_id: str, value: bytes) -> bytes | None:
    """The payload's text as it stands, where the value is written as `set_value` writes it."""
    if not value.startswith(_SET_START):
        return None
    text = value[_PAYLOAD_AT:-1]
    try:
        return text if orjson.loads(text)["id"] == entity_id else None
    except orjson.JSONDecodeError:
        return None


def read_entity(entity_id: str, value: bytes | None) -> Entity | None:
    """The payload as functions get it; None where there is none. Raises ValueError where it cannot be read."""
    payload = read_payload(entity_id, value)
    if payload is None:
        raise ValueError("neither a set with an object as its payload nor a remove")
    if payload.removed or payload.text is None:
        return None
    entity: Entity = jsontext.decode(payload.text)
    return entity
