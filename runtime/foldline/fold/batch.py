"""A batch of records, decided one after the other by the rule of heads.py, to be committed together."""

from collections.abc import Mapping, Sequence
from operator import attrgetter

import orjson

from foldline import wire
from foldline.errors import DeadOnArrival
from foldline.fold.candidates import Candidate, read
from foldline.fold.entity import Change, FoldedEntity
from foldline.fold.heads import NO_HEAD, becomes_head, needs_repair
from foldline.fold.known import KnownEntities, Place
from foldline.log.partitioner import partition_of
from foldline.log.port import Record

_SHORT = 500
"""A value of fewer bytes is not nested too deeply for anybody."""


class Batch:
    """What some records did. Nothing is written here."""

    def __init__(self, topics: Mapping[str, str], partitions: Mapping[str, int], known: KnownEntities) -> None:
        """`topics` names the topic of each log topic, `partitions` counts its partitions."""
        self._topics = topics
        self._partitions = partitions
        self._known = known
        self._entities: dict[Place, FoldedEntity] = {}
        self.records = 0
        self.bytes = 0
        """Of all values taken."""
        self.accepted = 0
        self.changes: list[Change] = []
        """What changed entities, in log order, as far as it was asked for. A repair of a known head changes nothing."""
        self.keyed: list[Change] = []
        """Those that carry an idempotency key of their own: all of them."""
        self.lost: list[Candidate] = []
        self.dead: list[tuple[Candidate, str]] = []
        """Dead letters, each with the reason."""

    @property
    def entities(self) -> Mapping[Place, FoldedEntity]:
        """All that were looked at."""
        return self._entities

    @property
    def heads(self) -> list[FoldedEntity]:
        """The entities that have another head than before."""
        changed = (entity for entity in self._entities.values() if entity.record is not None)
        return sorted(changed, key=attrgetter("key"))  # the order in which they are stored: the least to write

    @property
    def repairs(self) -> list[FoldedEntity]:
        """The entities of which something is known about their last record."""
        return [entity for entity in self._entities.values() if entity.needs_repair is not None]

    def judge(self, records: Sequence[Record], *, keep_changes: bool) -> None:
        """Decide these records; `keep_changes` where each single change is wanted, not the last of each entity only.

        This is the hot path of a replay. Nearly all records are of the plainest kind: a short `set` that follows a
        later record of its entity than the head does. They are told first; `_decide` has the whole rule.
        """
        entities, loads, readable = self._entities, orjson.loads, wire.READABLE
        follows_header, repairs_header, key_header = wire.FOLLOWS, wire.REPAIRS, wire.KEY
        self.records += len(records)
        for record in records:
            topic, partition, offset, key, value, fields, _ = record
            headers = dict(fields)
            entity = entities.get((topic, key)) or self._meet(record)
            follows = headers.get(follows_header)
            if (
                entity is not None
                and follows is not None
                and (follows.isdigit() or follows == b"-1")
                and len(follows) <= wire.LONGEST_OFFSET
                and entity.follows < (place := int(follows)) < offset
                and repairs_header not in headers
                and value is not None
                and (length := len(value)) < _SHORT
                and (entity.partition == partition or not self._misplaced(entity, record))
            ):
                try:
                    envelope = loads(value)
                except orjson.JSONDecodeError:
                    envelope = None
                if (
                    type(envelope) is dict
                    and envelope.get("eventType") == "set"
                    and type(envelope.get("payload")) is dict
                ):
                    before = entity.value
                    entity.follows, entity.origin, entity.record, entity.value = place, offset, record, value
                    entity.partition, entity.kind, entity.needs_repair = partition, readable, False
                    self.accepted += 1
                    self.bytes += length
                    if keep_changes or key_header in headers:
                        self._note(Change(entity, record, headers, before=before), keep_changes)
                    continue
            self._decide(record, keep_changes)

    def _decide(self, record: Record, keep_changes: bool) -> None:
        self.bytes += len(record.value or b"")
        candidate = read(self._topics[record.topic], record)
        entity = self._entities.get((record.topic, record.key))
        if entity is None:
            self.dead.append((candidate, candidate.reason or ""))
            return
        if self._misplaced(entity, record):
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
            entity.move(placed.head, record, candidate.kind)
            self.accepted += 1
            self._note(Change(entity, record, candidate.headers, before=before), keep_changes)

    def _note(self, change: Change, keep_changes: bool) -> None:
        if keep_changes:
            self.changes.append(change)
        if change.headers.get(wire.KEY) is not None and not change.repair:  # a repair is a copy: its key is not read
            self.keyed.append(change)

    def _meet(self, record: Record) -> FoldedEntity | None:
        """The entity that a record names, taken into the batch; None where its key cannot be read."""
        place = (record.topic, record.key)
        entity = self._known.recall(place)
        if entity is None:
            try:
                entity = self._known.find(self._topics[record.topic], wire.read_key(record.key))
            except DeadOnArrival:
                return None
        self._entities[place] = entity
        return entity

    def _misplaced(self, entity: FoldedEntity, record: Record) -> bool:
        """Whether another partition is the key's. Looked at when an id is first seen, or moves: hashing is dear."""
        if entity.partition == record.partition:
            return False
        return partition_of(record.key or b"", self._partitions[record.topic]) != record.partition
