"""What a client may say: which topics it wants, and what it has seen of them."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

import orjson
from marshmallow import Schema, ValidationError, fields
from marshmallow.validate import Equal, Length

from foldline.errors import Malformed
from foldline.event import Position
from foldline.log.port import Partition

_MOST = 10_000


class SubscribeFields(Schema):
    """The one message that a client sends."""

    type = fields.String(required=True, validate=Equal("subscribe"))
    topics = fields.List(
        fields.String(), load_default=None, metadata={"description": "Topics of the service; all of them if left out."}
    )
    after = fields.List(
        fields.String(),
        load_default=None,
        validate=Length(max=_MOST),
        metadata={
            "description": "The last position seen of each partition, like eventbus.products-0@42. Of a partition "
            "that is not named nothing was seen. Left out: from now on."
        },
    )


class Subscription(NamedTuple):
    """What a client asks for."""

    topics: frozenset[str]
    after: Mapping[Partition, int] | None
    """The last offset seen of each partition; None: from now on."""


def parse(text: str, topics: Collection[str]) -> Subscription:
    """Read a client's message; `topics` are those of the service. Raises Malformed."""
    try:
        wish = SubscribeFields().load(orjson.loads(text))
    except ValidationError as error:
        raise Malformed(f"not understood: {_said(error)}") from None
    except ValueError as error:
        raise Malformed(f"not JSON: {error}") from None
    wanted = frozenset(topics if wish["topics"] is None else wish["topics"])
    if unknown := sorted(wanted.difference(topics)):
        raise Malformed(f"no topic {', '.join(unknown)} here; there is {', '.join(topics)}")
    return Subscription(wanted, None if wish["after"] is None else _offsets(wish["after"]))


def _said(error: ValidationError) -> str:
    """By field; what is wrong within a list stands by index."""
    return orjson.dumps(error.messages, option=orjson.OPT_NON_STR_KEYS).decode()


def _offsets(positions: Collection[str]) -> dict[Partition, int]:
    """Offset by partition; of several positions in one the first, so that nothing is left out."""
    offsets: dict[Partition, int] = {}
    for topic, number, offset in map(Position.parse, positions):
        partition = Partition(topic, number)
        offsets[partition] = min(offset, offsets.get(partition, offset))
    return offsets
