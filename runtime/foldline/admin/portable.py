"""Events without their place on a log: what a copy to another log, or a file, holds of them."""

import base64
import binascii
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from foldline import jsontext, wire
from foldline.admin.records import as_text
from foldline.errors import DeadOnArrival, Malformed
from foldline.fold.candidates import without_places
from foldline.fold.steps import event_time
from foldline.log.port import Headers, Record
from foldline.times import log_time_text

_FIELDS = frozenset({"key", "value", "headers", "time", "position"})


class PortableEvent(NamedTuple):
    """One event. `follows` and `repairs` are offsets, which mean nothing on another log: it has neither."""

    key: bytes
    value: bytes
    headers: Headers


def portable(record: Record) -> PortableEvent:
    """An accepted record as it can be written elsewhere: a null spelled out, its time kept as `ce_time`."""
    headers = without_places(record.headers)
    if wire.text_header(headers, wire.TIME) is None:
        headers.append((wire.TIME, event_time((), record.time).isoformat().encode()))
    key = record.key or b""
    return PortableEvent(key, wire.remove_value(key.decode(), None) if record.value is None else record.value, headers)


def line_of(record: Record) -> bytes:
    """An accepted record as a line of an export: JSON with key, value, headers, and the position that it had."""
    event = portable(record)
    return jsontext.encode(
        {
            "key": as_text(event.key),
            "value": _embedded(event.value),
            "headers": [[name, as_text(raw)] for name, raw in event.headers],
            "time": log_time_text(record.time),
            "position": f"{record.topic}-{record.partition}@{record.offset}",
        }
    )


def parse_line(line: bytes) -> PortableEvent:
    """What `line_of` wrote, or anybody in that form; raises Malformed.

    Needed are key and value; a header `ce_time` is made of `time` where there is none.
    """
    try:
        fields = jsontext.decode(line)
    except ValueError as error:
        raise Malformed(f"it is not JSON: {error}") from None
    if not isinstance(fields, dict) or not {"key", "value"} <= fields.keys() <= _FIELDS:
        raise Malformed("it is no event: an object with key and value, and maybe headers, time and position")
    try:
        event = PortableEvent(_bytes(fields["key"]), _bytes(fields["value"]), _headers(fields.get("headers", [])))
        wire.read_key(event.key)
        wire.kind_of(event.value)
    except DeadOnArrival as error:
        raise Malformed(f"it would count for nobody: {error.message}") from None
    except (TypeError, ValueError) as error:
        raise Malformed(f"it cannot be read: {error}") from None
    _refuse_places(event.headers)
    return _with_time(event, fields.get("time"))


def _refuse_places(headers: Headers) -> None:
    """A record that lost says what it follows; without that it would win."""
    if named := {name for name, _ in headers} & {wire.FOLLOWS, wire.REPAIRS}:
        raise Malformed(
            f"it has the header {min(named)}, so it is a record as it lies on a log, which may have lost or be a copy; "
            "`foldline events export` writes what counts"
        )


def _with_time(event: PortableEvent, time: Any) -> PortableEvent:
    if time is None or wire.text_header(event.headers, wire.TIME) is not None:
        return event
    try:
        moment = datetime.fromisoformat(time)
    except (TypeError, ValueError):
        raise Malformed(f"its time is {time!r}; one looks like 2026-01-31T12:00:00Z") from None
    stated = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()
    return event._replace(headers=[*event.headers, (wire.TIME, stated.encode())])


def _embedded(value: bytes) -> Any:
    """A value as JSON where that gives back each of its bytes, else as text."""
    try:
        decoded = jsontext.decode(value)
        if jsontext.encode(decoded) == value:
            return decoded
    except (TypeError, ValueError):
        pass
    return as_text(value)


def _bytes(value: Any) -> bytes:
    match value:
        case str():
            return value.encode()
        case {"base64": str(text), **rest} if not rest:
            return _from_base64(text)
        case Mapping():
            return jsontext.encode(value)
    raise ValueError(f"{str(value)[:40]!r} is neither text, an event, nor base64")


def _from_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(f"{text[:40]!r} is not base64: {error}") from None


def _headers(pairs: Any) -> Headers:
    match pairs:
        case list() if all(isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str) for pair in pairs):
            return [(name, None if value is None else _bytes(value)) for name, value in pairs]
    raise ValueError('its headers are no list of pairs like [["ce_id", "..."]]')
