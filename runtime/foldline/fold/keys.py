"""The idempotency keys that records carry."""

from collections.abc import Mapping
from typing import NamedTuple

from foldline import wire
from foldline.fold.entity import FoldedEntity
from foldline.log.port import Message
from foldline.state.snapshot import KeptAnswer


class KeyUse(NamedTuple):
    """What is kept of a record that carries a key."""

    key: bytes
    answered: KeptAnswer
    time: int
    """Of the record, in milliseconds."""


def key_use(entity: FoldedEntity, message: Message, headers: Mapping[str, bytes | None]) -> KeyUse | None:
    """Of a message that its entity's head comes from; None where it has no key, or is a repair: that is a copy."""
    key = headers.get(wire.KEY)
    if key is None or entity.origin != message.offset():
        return None
    request, partition = headers.get(wire.REQUEST), message.partition()
    answer = (headers.get(wire.ANSWER) or b"").decode(errors="replace")
    answered = KeptAnswer(request, entity.topic, entity.id, partition, entity.origin, entity.value, answer)
    return KeyUse(key, answered, message.timestamp()[1])
