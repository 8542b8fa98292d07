"""An entity while a batch of records goes by, and what a record did to it."""

from collections.abc import Mapping

from foldline import wire
from foldline.fold.candidates import Candidate
from foldline.fold.heads import NO_HEAD, Head
from foldline.log.port import Message, Record
from foldline.state.recent import EntityKey


class FoldedEntity:
    """One entity as folded so far. Its head is kept in parts: it moves with nearly every record of a replay."""

    __slots__ = ("follows", "id", "kind", "message", "needs_repair", "origin", "partition", "topic", "value")

    def __init__(self, topic: str, id: str) -> None:
        """An entity of which nothing was read yet."""
        self.topic = topic
        self.id = id
        self.follows, self.origin = NO_HEAD
        self.partition: int | None = None
        self.value: bytes | None = None
        self.kind = wire.REMOVED
        self.message: Message | None = None
        """What its head comes from, where that came by in this batch; None: the head is as it was."""
        self.needs_repair: bool | None = None
        """Whether its last record is no lasting copy of its head; None: as it was."""

    @property
    def head(self) -> Head:
        """What decides whether a record becomes the next head."""
        return Head(self.follows, self.origin)

    def says_the_same(self, candidate: Candidate) -> bool:
        """Whether a copy of its head says of the entity what it says itself; a null and a `remove` say the same."""
        return candidate.record.value == self.value or candidate.kind == self.kind == wire.REMOVED

    def move(self, head: Head, message: Message, kind: int) -> None:
        """A record became its head."""
        self.follows, self.origin = head
        self.message, self.value, self.kind = message, message.value(), kind

    @property
    def key(self) -> EntityKey:
        """Which entity it is."""
        return self.topic, self.id


class Change:
    """A record that became its entity's head."""

    __slots__ = ("before", "headers", "id", "origin", "record", "topic")

    def __init__(
        self, entity: FoldedEntity, record: Record, headers: Mapping[str, bytes | None], *, before: bytes | None
    ) -> None:
        """`entity` has the new head; `before` is the value that it had."""
        self.topic = entity.topic
        self.id = entity.id
        self.origin = entity.origin
        self.record = record
        self.headers = headers
        self.before = before
