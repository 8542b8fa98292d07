"""Batches of records, each folded into the state in one transaction."""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from foldline import wire
from foldline.errors import FoldlineError
from foldline.fold.batch import Batch
from foldline.fold.entity import Change, FoldedEntity
from foldline.fold.known import KnownEntities
from foldline.fold.outcomes import Outcome, Outcomes
from foldline.fold.projecting import Projecting
from foldline.fold.repairs import Repairs
from foldline.fold.storing import (
    find_entity,
    forget_changes,
    forget_keys,
    forget_old_changes,
    has_no_entities,
    store_changes,
    store_dead_letters,
    store_heads,
    store_keys,
    store_positions,
)
from foldline.log.port import Message, Partition, Record
from foldline.log.records import record_of
from foldline.state.state import State

Committed = Callable[[Sequence[Change] | None], None]
"""Called after each live commit with what it changed, in log order; None: the state changed in ways that are not told
one by one (a long catch-up, a log made anew)."""


_TOGETHER = 50_000
"""Entities, and whatever else a batch holds, that a long catch-up commits at once: records overtaken by later ones of
their entity cost no write."""

_TOGETHER_BYTES = 64 * 2**20
"""No more of values than this is taken before a commit."""

_KEY_WINDOWS = 2
"""Key windows: a key that is older by this machine's clock is not even kept. One would do if clocks never went back."""

_REMEMBERED, _REMEMBERED_IN_BULK = 1_000, 100_000
"""Entities kept in memory from one batch to the next."""

_COMMITS_BETWEEN_SWEEPS = 50
"""What no longer counts is looked for now and then: each statement of a commit makes commands wait."""

_COMMITS_BETWEEN_CHECKPOINTS = 4
"""In a long catch-up, which grows the write-ahead log faster than is moved beside it."""


class Committing:
    """Decides batches and commits them. Only for the fold's thread."""

    def __init__(
        self, state: State, projecting: Projecting, repairs: Repairs, outcomes: Outcomes, key_window: float
    ) -> None:
        """`key_window`: seconds of log time that an idempotency key counts."""
        self._state = state
        self._projecting = projecting
        self._repairs = repairs
        self._outcomes = outcomes
        self._key_window = key_window * 1000
        self._topics: Mapping[str, str] = {}
        self._partitions: Mapping[str, int] = {}
        self._known = KnownEntities(self._find, empty=False)
        self._batch = Batch({}, {}, self._known)
        self._bulk = False
        self._last: dict[Partition, Message] = {}
        self.counters: Counter[str] = Counter()

    def start(self, topics: Mapping[str, str], partitions: Mapping[str, int]) -> None:
        """Begin, from what is committed: the topic of each log topic's name, and how many partitions each has."""
        self._topics, self._partitions = topics, partitions
        self._last = {}
        self._known = KnownEntities(self._find, empty=has_no_entities(self._state.writer))
        self.reload()
        self._begin()

    def reload(self) -> None:
        """Learn anew what the state holds, as after a transaction that was rolled back."""
        self._repairs.load()
        self._projecting.parking.load()

    @property
    def waiting(self) -> int:
        """Records decided and not committed yet."""
        return self._batch.records

    @property
    def may_wait(self) -> bool:
        """Whether there is room for more in this batch, and nobody waits for what is in it."""
        return self._batch.size < _TOGETHER and self._batch.bytes < _TOGETHER_BYTES and not self._outcomes

    def decide(self, messages: Sequence[Message], *, bulk: bool) -> None:
        """Take records into the batch; `bulk`: in a long catch-up.

        Then single changes are kept only for projectors and waiting commands, and none for sockets: who was away for
        so long starts anew.
        """
        self._bulk = self._bulk or bulk
        self._batch.judge(messages, keep_changes=not bulk or bool(self._projecting) or bool(self._outcomes))

    def commit(self, positions: Mapping[Partition, int], last: Mapping[Partition, Message]) -> Sequence[Change] | None:
        """Commit the batch, and wake who waits for its records. Gives what changed; None in bulk.

        `last` is the last message of each partition until `positions`.
        """
        batch, bulk = self._batch, self._bulk
        heads = batch.heads
        new = {
            partition: record_of(message)
            for partition, message in last.items()
            if self._last.get(partition) is not message
        }
        with self._state.transaction(None if bulk else [entity.key for entity in heads]) as connection:
            store_heads(connection, heads)
            store_keys(connection, batch.keyed)
            store_dead_letters(connection, batch.dead)
            self._repairs.note(batch.repairs)
            self._projecting.apply(batch.changes)
            store_positions(connection, positions, new)
            if bulk:
                forget_changes(connection)
            else:
                store_changes(connection, batch.changes)
            if bulk or self.counters["commits"] % _COMMITS_BETWEEN_SWEEPS == 0:
                forget_keys(connection, max(record.time for record in new.values()) - self._key_window)
                forget_old_changes(connection)
        if self._outcomes:
            self._settle(batch)
        self._last = dict(last)
        self._known.remember(batch.entities, _REMEMBERED_IN_BULK if bulk else _REMEMBERED)
        self._count(batch)
        if bulk and self.counters["commits"] % _COMMITS_BETWEEN_CHECKPOINTS == 0:
            self._state.shorten_write_ahead_log()
        self._begin()
        return None if bulk else batch.changes

    def _begin(self) -> None:
        since = time.time() * 1000 - _KEY_WINDOWS * self._key_window
        self._batch = Batch(self._topics, self._partitions, self._known, keys_since=since)
        self._bulk = False

    def _find(self, topic: str, entity_id: str) -> FoldedEntity:
        return find_entity(self._state.writer, topic, entity_id)

    def _settle(self, batch: Batch) -> None:
        for change in batch.changes:
            self._tell(change.headers, change.record, accepted=True)
        for candidate in batch.lost:
            self._tell(candidate.headers, candidate.record, accepted=False)
        for candidate, reason in batch.dead:
            error = FoldlineError(f"The record that was written counts for nobody: {reason}")
            self._outcomes.settle(candidate.headers.get(wire.ID), error)

    def _tell(self, headers: Mapping[str, bytes | None], record: Record, *, accepted: bool) -> None:
        self._outcomes.settle(headers.get(wire.ID), Outcome(accepted, record.offset, record.partition))

    def _count(self, batch: Batch) -> None:
        self.counters["commits"] += 1
        self.counters["records"] += batch.records
        self.counters["accepted"] += batch.accepted
        self.counters["lost"] += len(batch.lost)
        self.counters["dead"] += len(batch.dead)
