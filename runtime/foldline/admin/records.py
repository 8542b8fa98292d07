"""Records as they are shown: a row for each, whatever lies on the log."""

import base64
from collections.abc import Mapping
from typing import Any

from foldline import jsontext, wire
from foldline.errors import DeadOnArrival
from foldline.event import Position
from foldline.fold.candidates import Candidate, read
from foldline.log.partitioner import partition_of
from foldline.log.port import Record
from foldline.table import Row
from foldline.times import log_time_text


def row_of(record: Record, partitions: int) -> Row:
    """A record of a topic with so many partitions.

    Always: position, time (the log's), id, event (`set`, `remove`, or one that this version does not know; None: the
    value is no event), type (the function's name), payload, headers. Besides: `value`, where payload does not say all
    of it; `dead`, why the record counts for nobody.
    """
    candidate = read(record.topic, record)
    event, payload, value = _event_of(record.value)
    row = {
        "position": str(Position(record.topic, record.partition, record.offset)),
        "time": log_time_text(record.time),
        "id": as_text(record.key) if candidate.id is None else candidate.id,
        "event": event,
        "type": wire.text_header(record.headers, wire.TYPE),
        "payload": payload,
        "headers": {name: as_text(raw) for name, raw in record.headers},
    }
    dead = dead_reason(candidate, partitions)
    return row | ({} if value is None else {"value": value}) | ({} if dead is None else {"dead": dead})


def dead_reason(candidate: Candidate, partitions: int) -> str | None:
    """Why a record is dead on arrival; None: it is not."""
    record = candidate.record
    if candidate.id is not None and partition_of(record.key or b"", partitions) != record.partition:
        return "its key does not belong in its partition (murmur2_random)"
    return candidate.reason


def as_text(raw: bytes | None) -> str | Mapping[str, str] | None:
    """Bytes as JSON can hold them: text, or `{"base64": ...}` where they are not UTF-8."""
    try:
        return None if raw is None else raw.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(raw or b"").decode()}


def _event_of(value: bytes | None) -> tuple[str | None, Any, Any]:
    """What a value says has happened, its payload, and itself where these do not say all."""
    if value is None:
        return "remove", None, None
    try:
        wire.kind_of(value)
        envelope = jsontext.decode(value)
        jsontext.encode(envelope)
    except (DeadOnArrival, TypeError, ValueError):
        return None, None, as_text(value)
    return envelope["eventType"], envelope.get("payload"), None
