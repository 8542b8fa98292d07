"""What a service says through its sockets: JSON in text messages, encoded once for all who get them."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, Literal, NamedTuple

import orjson
import structlog
from wsproto.frame_protocol import FrameProtocol

from foldline import jsontext, wire
from foldline.errors import Unreadable
from foldline.event import Position
from foldline.fold.steps import event_time
from foldline.functions.application import LoadedTopic
from foldline.log.port import Headers, Partition, Record
from foldline.state.entities import decode
from foldline.times import time_text

_log = structlog.get_logger(__name__)

_LONGEST = 60_000
"""Characters of a WebSocket frame (at most 240 kB); a longer message goes in several."""


class EventFrame(NamedTuple):
    """One change, ready to be sent."""

    topic: str
    partition: Partition
    offset: int
    message: bytes


class Frames:
    """Makes the messages of one service."""

    def __init__(self, service: str, topics: Mapping[str, LoadedTopic]) -> None:
        self._service = service
        self._topics = {topic.declared.spec.name: topic for topic in topics.values()}

    def ready(self, positions: Iterable[Position]) -> bytes:
        """The first message: where the state is."""
        return _message({"type": "ready", "service": self._service, "positions": list(map(str, positions))})

    def restart(self, kind: Literal["gap", "reset"], positions: Iterable[Position]) -> bytes:
        """What happened up to these positions is not told, and is to be asked for."""
        return _message({"type": kind, "positions": list(map(str, positions))})

    def event(self, id: str, record: Record) -> EventFrame:
        """What a record did to the entity `id`."""
        topic = self._topics[record.topic]
        payload = wire.read_payload(id, record.value)
        event = {
            "type": "event",
            "topic": topic.declared.name,
            "id": id,
            "position": str(Position(record.topic, record.partition, record.offset)),
            "function": wire.text_header(record.headers, wire.TYPE),
            "time": time_text(event_time(record.headers, record.time)),
            "removed": payload is not None and payload.removed,
            "entity": None if payload is None or payload.text is None else _entity(topic, id, record, payload),
            "headers": _text_headers(record.headers),
        }
        partition = Partition(record.topic, record.partition)
        return EventFrame(topic.declared.name, partition, record.offset, _message(event))


def _entity(topic: LoadedTopic, id: str, record: Record, payload: wire.Payload) -> Any:
    """The entity as a query gives it; one that was removed as it was. None: this version cannot read it."""
    if topic.upcast is None or payload.removed:
        return orjson.Fragment(payload.text or b"null")
    try:
        return orjson.Fragment(jsontext.encode(decode(topic, id, record.value)))
    except (Unreadable, TypeError) as error:  # an upcast is the application's code
        _log.warning("an event is sent without its entity", topic=topic.declared.name, id=id, error=str(error))
        return None


def _text_headers(headers: Headers) -> dict[str, str]:
    """Those that are text; of a name that stands more than once, the last."""
    texts = {}
    for name, raw in headers:
        if raw is not None:
            with suppress(UnicodeDecodeError):
                texts[name] = raw.decode()
    return texts


def _message(content: Mapping[str, Any]) -> bytes:
    """A text message as a server sends it, to anybody (only clients mask theirs)."""
    text = jsontext.encode(content).decode()
    framing = FrameProtocol(client=False, extensions=[])
    parts = [text[start : start + _LONGEST] for start in range(0, len(text), _LONGEST)]
    return b"".join(framing.send_data(part, fin=part is parts[-1]) for part in parts)
