"""Decide a batch of records, one after the other, by the rule of heads.py. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from foldline.fold.candidates import Candidate
from foldline.fold.heads import NO_HEAD, Head, becomes_head, needs_repair
from foldline.log.partitioner import partition_of

EntityKey = tuple[str, str]
"""A topic's name and an id."""


class Known(NamedTuple):
    """An entity as it stands before a record."""

    head: Head
    partition: int
    value: bytes | None
    kind: int


class Accepted(NamedTuple):
    """A record that became its entity's head."""

    candidate: Candidate
    head: Head
    before: Known | None


@dataclass(slots=True)
class Verdicts:
    """What a batch did."""

    changes: list[Accepted] = field(default_factory=list)
    """What changed an entity, in log order. (A repair of the head that is known already changes nothing.)"""
    heads: dict[EntityKey, Accepted] = field(default_factory=dict)
    """The last change of each entity."""
    dead: list[tuple[Candidate, str]] = field(default_factory=list)
    """Dead letters, each with the reason."""
    repairs: dict[EntityKey, bool] = field(default_factory=dict)
    """Whether an entity's last record is no lasting copy of its head (True), or is one again (False)."""
    lost: list[Candidate] = field(default_factory=list)


def judge(candidates: Iterable[Candidate], known: Mapping[EntityKey, Known], partitions: Mapping[str, int]) -> Verdicts:
    """Judge records in log order. `known` has the entities they name; `partitions` counts each log topic's."""
    verdicts = Verdicts()
    now = dict(known)
    for candidate in candidates:
        if candidate.id is None:
            verdicts.dead.append((candidate, candidate.reason or ""))
            continue
        key = (candidate.topic, candidate.id)
        before = now.get(key)
        if _misplaced(candidate, before, partitions):
            verdicts.dead.append((candidate, "its key does not belong in its partition (murmur2_random)"))
            continue
        after = _judge_one(candidate, before, verdicts)
        if after is not None:
            now[key] = after
    return verdicts


def _misplaced(candidate: Candidate, before: Known | None, partitions: Mapping[str, int]) -> bool:
    """Whether another partition is the key's. Looked at only when an id is first seen, or moves: hashing is dear."""
    record = candidate.record
    if before is not None and before.partition == record.partition:
        return False
    return partition_of(record.key or b"", partitions[record.topic]) != record.partition


def _judge_one(candidate: Candidate, before: Known | None, verdicts: Verdicts) -> Known | None:
    """The entity from now on; None: as before."""
    key = (candidate.topic, candidate.id or "")
    head = NO_HEAD if before is None else before.head
    placed = candidate.placed
    again = placed is not None and placed.head == head
    won = again or (placed is not None and becomes_head(placed, head))
    if won or before is not None:
        verdicts.repairs[key] = needs_repair(became_head=won, null=candidate.record.value is None)
    if placed is None:
        verdicts.dead.append((candidate, candidate.reason or ""))
        return None
    if not won:
        verdicts.lost.append(candidate)
        return None
    if again:
        return None
    accepted = Accepted(candidate, placed.head, before)
    verdicts.changes.append(accepted)
    verdicts.heads[key] = accepted
    return Known(placed.head, candidate.record.partition, candidate.record.value, candidate.kind)
