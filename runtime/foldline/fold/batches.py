"""One batch of records, folded into the state in one transaction."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from foldline import wire
from foldline.errors import FoldlineError
from foldline.fold.candidates import Candidate, read
from foldline.fold.outcomes import Outcome, Outcomes
from foldline.fold.projecting import Projecting
from foldline.fold.repairs import Repairs
from foldline.fold.storing import (
    forget_changes,
    known_of,
    store_changes,
    store_dead_letters,
    store_heads,
    store_keys,
    store_positions,
)
from foldline.fold.verdicts import Accepted, Verdicts, judge
from foldline.log.port import Partition, Record
from foldline.state.state import State

Committed = Callable[[Sequence[Accepted]], None]
"""Called after each live commit with what it changed, in log order."""


class Batches:
    """Folds batches. Only for the fold's thread."""

    def __init__(
        self, state: State, projecting: Projecting, repairs: Repairs, outcomes: Outcomes, key_window: float
    ) -> None:
        """`key_window`: seconds of log time that an idempotency key counts."""
        self._state = state
        self._projecting = projecting
        self._repairs = repairs
        self._outcomes = outcomes
        self._key_window = key_window * 1000
        self.topics: Mapping[str, str] = {}
        """The topic of each log topic's name."""
        self.partitions: Mapping[str, int] = {}
        """How many each log topic has."""
        self.counters: Counter[str] = Counter()

    def fold(self, records: Sequence[Record], positions: Mapping[Partition, int], *, bulk: bool) -> Sequence[Accepted]:
        """Fold records and commit; wake who waits for them. Gives what changed.

        In bulk (a long catch-up) no changes are kept for sockets: who was away so long starts anew.
        """
        candidates = [read(self.topics[record.topic], record) for record in records]
        verdicts = self._commit(candidates, records, positions, bulk=bulk)
        self._count(verdicts, len(records))
        if self._outcomes:
            self._settle(verdicts)
        return verdicts.changes

    def reload(self) -> None:
        """Learn anew what the state holds: at start, and after a transaction that was rolled back."""
        self._repairs.load()
        self._projecting.parking.load()

    def _commit(
        self,
        candidates: Sequence[Candidate],
        records: Sequence[Record],
        positions: Mapping[Partition, int],
        *,
        bulk: bool,
    ) -> Verdicts:
        with self._state.transaction() as connection:
            known = known_of(connection, candidates, values=bool(self._projecting))
            verdicts = judge(candidates, known, self.partitions)
            store_heads(connection, verdicts.heads)
            store_keys(connection, verdicts.changes, records[-1].time - self._key_window)
            store_dead_letters(connection, verdicts.dead)
            self._repairs.note(verdicts.repairs)
            self._projecting.apply(verdicts.changes)
            store_positions(connection, positions, records)
            if bulk:
                forget_changes(connection)
            else:
                store_changes(connection, verdicts.changes)
        return verdicts

    def _settle(self, verdicts: Verdicts) -> None:
        for change in verdicts.changes:
            self._tell(change.candidate, accepted=True)
        for candidate in verdicts.lost:
            self._tell(candidate, accepted=False)
        for candidate, reason in verdicts.dead:
            error = FoldlineError(f"The record that was written counts for nobody: {reason}")
            self._outcomes.settle(candidate.headers.get(wire.ID), error)

    def _tell(self, candidate: Candidate, *, accepted: bool) -> None:
        record = candidate.record
        self._outcomes.settle(candidate.headers.get(wire.ID), Outcome(accepted, record.offset, record.partition))

    def _count(self, verdicts: Verdicts, records: int) -> None:
        self.counters["commits"] += 1
        self.counters["records"] += records
        self.counters["accepted"] += len(verdicts.changes)
        self.counters["lost"] += len(verdicts.lost)
        self.counters["dead"] += len(verdicts.dead)
