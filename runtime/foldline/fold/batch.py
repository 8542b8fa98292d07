"""A batch of records, decided one after the other by the rule of heads.py, to be committed together."""

from collections.abc import Iterable, Mapping, Sequence, Sized
from itertools import chain
from typing import Any

import orjson

from foldline import wire
from foldline.errors import DeadOnArrival
from foldline.fold.candidates import Candidate, read
from foldline.fold.entity import Change, FoldedEntity
from foldline.fold.heads import NO_HEAD, becomes_head, needs_repair
from foldline.fold.keys import KeyUse, key_use
from foldline.fold.known import Entities, KnownEntities
from foldline.log.partitioner import partition_of
from foldline.log.port import Message
from foldline.log.records import record_of

_SHORT = 500
"""A value of fewer bytes is not nested too deeply for anybody."""

_KEYS_AN_ENTITY = 4
"""What is kept of so many keys takes the memory of one entity with its message (some 2 KB)."""

_MISSING = (AttributeError, KeyError, TypeError, ValueError)
"""What a record fails with that lacks headers, an entity, a value, an envelope, or JSON."""


class Batch:
    """What some records did. Nothing is written here."""

    def __init__(
        self,
        topics: Mapping[str, str],
        partitions: Mapping[str, int],
        known: KnownEntities,
        keys_since: float = 0,
    ) -> None:
        """`topics` names the topic of each log topic, `partitions` counts its partitions.

        Idempotency keys of records before `keys_since` (milliseconds) no longer count.
        """
        self._topics = topics
        self._partitions = partitions
        self._known = known
        self._keys_since = keys_since
        self._entities: Entities = {log_topic: {} for log_topic in topics}
        self.records = 0
        self.bytes = 0
        """Of all values taken."""
        self.accepted = 0
        self.changes: list[Change] = []
        """What changed entities, in log order, as far as it was asked for. A repair of a known head changes nothing."""
        self.keyed: list[KeyUse] = []
        """Those that records used which changed entities: all of them that may still count."""
        self.lost: list[Candidate] = []
        self.dead: list[tuple[Candidate, str]] = []
        """Dead letters, each with the reason."""

    @property
    def entities(self) -> Entities:
        """All that were looked at."""
        return self._entities

    @property
    def size(self) -> int:
        """How much it holds: entities, and what is kept of single records, as many entities as take that memory."""
        kept: tuple[Sized, ...] = (*self._entities.values(), self.changes, self.lost, self.dead)
        return sum(map(len, kept)) + len(self.keyed) // _KEYS_AN_ENTITY

    @property
    def heads(self) -> list[FoldedEntity]:
        """The entities that have another head than before."""
        return [entity for entity in self._all() if entity.message is not None]

    @property
    def repairs(self) -> list[FoldedEntity]:
        """The entities of which something is known about their last record."""
        return [entity for entity in self._all() if entity.needs_repair is not None]

    def _all(self) -> Iterable[FoldedEntity]:
        return chain.from_iterable(of_topic.values() for of_topic in self._entities.values())

    def judge(self, messages: Sequence[Message], *, keep_changes: bool) -> None:
        """Decide these records; `keep_changes` where each single change is wanted, not the last of each entity only.

        This is the hot path of a replay. Nearly all records are of the plainest kind: a short `set` that follows a
        later record of its entity than the head does. They are told first, and what is missing is not asked for but
        left to fail; `_decide` has the whole rule. Headers that stand as the runtime writes them are compared as they
        are, a third of what a dictionary of them takes. Of a single topic, no message is asked which one it is of.
        """
        entities, loads = self._entities, orjson.loads
        of_only_topic = next(iter(entities.values())) if len(entities) == 1 else None
        usual, usual_count, repairs_header, key_header = wire.USUAL, len(wire.USUAL), wire.REPAIRS, wire.KEY
        readable, short, longest_offset = wire.READABLE, _SHORT, wire.LONGEST_OFFSET
        taken = others = 0
        for message in messages:
            key = message.key()
            of_topic = of_only_topic or entities[message.topic()]
            entity: Any = of_topic.get(key) or self._meet(message.topic(), key)
            fields: Any = message.headers()
            value: Any = message.value()
            try:
                names: Any = None
                headers: Any = None
                if len(fields) == usual_count:
                    (a, _), (b, _), (c, _), (d, _), (e, _), (f, follows), (g, _) = fields
                    names = (a, b, c, d, e, f, g)
                if names != usual:
                    headers = dict(fields)
                    follows = headers[wire.FOLLOWS]
                offset, length = message.offset(), len(value)
                plain = (
                    (follows.isdigit() or follows == b"-1")
                    and len(follows) <= longest_offset
                    and entity.follows < (followed := int(follows)) < offset
                    and (headers is None or repairs_header not in headers)
                    and length < short
                    and (entity.partition == message.partition() or self._belongs(entity, message))
                    and (envelope := loads(value))["eventType"] == "set"
                    and type(envelope["payload"]) is dict
                )
            except _MISSING:
                plain = False
            if not plain:
                others += 1
                self._decide(message, entity, keep_changes)
                continue
            before = entity.value
            entity.follows, entity.origin = followed, offset
            entity.message, entity.value = message, value
            entity.kind, entity.needs_repair = readable, False
            taken += length
            if keep_changes or (headers is not None and key_header in headers):
                self._note(entity, message, headers or dict(fields), before, keep_changes)
        self.records += len(messages)
        self.accepted += len(messages) - others
        self.bytes += taken

    def _decide(self, message: Message, entity: FoldedEntity | None, keep_changes: bool) -> None:
        record = record_of(message)
        self.bytes += len(record.value or b"")
        candidate = read(self._topics[record.topic], record)
        if entity is None:
            self.dead.append((candidate, candidate.reason or ""))
            return
        if not self._belongs(entity, message):
            self.dead.append((candidate, "its key does not belong in its partition (murmur2_random)"))
            return
        head, placed = entity.head, candidate.placed
        won = placed is not None and (placed.head == head or becomes_head(placed, head))
        if won or head != NO_HEAD:
            entity.needs_repair = needs_repair(became_head=won, null=record.value is None)
        if placed is None:
            self.dead.append((candidate, candidate.reason or ""))
        elif not won:
            self.lost.append(candidate)
        elif placed.head != head or not entity.says_the_same(candidate):
            before = entity.value
            entity.move(placed.head, message, candidate.kind)
            self.accepted += 1
            self._note(entity, message, candidate.headers, before, keep_changes)

    def _note(
        self,
        entity: FoldedEntity,
        message: Message,
        headers: Mapping[str, bytes | None],
        before: bytes | None,
        keep_changes: bool,
    ) -> None:
        """A record became its entity's head."""
        if keep_changes:
            self.changes.append(Change(entity, record_of(message), headers, before=before))
        if wire.KEY in headers and message.timestamp()[1] >= self._keys_since:
            use = key_use(entity, message, headers)
            if use is not None:
                self.keyed.append(use)

    def _meet(self, topic: str, key: bytes | None) -> FoldedEntity | None:
        """The entity that a record names, taken into the batch; None where its key cannot be read."""
        entity = self._known.recall(topic, key)
        if entity is None:
            try:
                entity = self._known.find(self._topics[topic], wire.read_key(key))
            except DeadOnArrival:
                return None
        self._entities[topic][key] = entity
        return entity

    def _belongs(self, entity: FoldedEntity, message: Message) -> bool:
        """Whether it is in its key's partition, which its entity knows from then on: one look for each."""
        partition = message.partition()
        if entity.partition != partition:
            if partition_of(message.key() or b"", self._partitions[message.topic()]) != partition:
                return False
            entity.partition = partition
        return True
