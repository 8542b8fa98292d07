"""The idempotency keys that records carry."""

from collections.abc import Mapping
from typing import NamedTuple

from foldline import wire
from foldline.fold.entity import FoldedEntity
from foldline.log.port import Message


class KeyUse(NamedTuple):
    """What is kept of a record that carries a key: the answer that was given under it."""

    key: bytes
    request: bytes | None
    topic: str
    id: str
    partition: int
    origin: int
    value: bytes | None
    answer: str
    time: int


def key_uses(entity: FoldedEntity, message: Message, headers: Mapping[str, bytes | None]) -> tuple[KeyUse, ...]:
    """What a message says that its entity's head comes from; a repair is a copy: its key is not read."""
    key = headers.get(wire.KEY)
    if key is None or entity.origin != message.offset():
        return ()
    answer = (headers.get(wire.ANSWER) or b"").decode(errors="replace")
    time = message.timestamp()[1]
    request, place = headers.get(wire.REQUEST), message.partition()
    return (KeyUse(key, request, entity.topic, entity.id, place, entity.origin, entity.value, answer, time),)
