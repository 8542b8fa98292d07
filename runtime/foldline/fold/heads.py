"""The rule by which the log decides who won (docs/design.md, section 7). Pure, and the same on every replica.

Kafka has no conditional append, so two writers can both append what they decided on the same state. Each record
therefore says which record it *follows*; of all records that follow the same one, the first in the log wins. A
*repair* is a later copy of a winner, made so that compaction, which keeps only an entity's last record, keeps it.
"""

from typing import NamedTuple

from foldline.errors import DeadOnArrival


class Head(NamedTuple):
    """What decides between an entity's records; the record with the greatest (follows, -origin) is its head."""

    follows: int
    """Origin of the head that the writer decided on; -1: there was none."""
    origin: int
    """Offset at which the event was first written; a repair keeps that of the record it copies."""


NO_HEAD = Head(follows=-2, origin=-2)
"""The head of an entity of which nothing was read yet."""


class Placed(NamedTuple):
    """A record's place in the order of its entity."""

    head: Head
    repair: bool


def place(offset: int, follows: int | None, repairs: int | None) -> Placed:
    """Where the record at `offset` stands, by its headers `follows` and `repairs` (None: without that header).

    A record without `follows` is taken to follow the offset before its own, so that a foreign one always counts.
    Raises DeadOnArrival where the headers contradict the log's order.
    """
    if follows is None:
        follows = offset - 1
    elif not -1 <= follows < offset:
        raise DeadOnArrival(f"follows {follows}, which is not before its own offset {offset}")
    if repairs is None:
        return Placed(Head(follows, offset), repair=False)
    if not follows < repairs < offset:
        raise DeadOnArrival(f"repairs {repairs}, which is not between {follows} and its own offset {offset}")
    return Placed(Head(follows, repairs), repair=True)


def becomes_head(record: Placed, head: Head) -> bool:
    """Whether the record is the entity's head from now on; else it lost, and changes nothing."""
    if record.head.follows != head.follows:
        return record.head.follows > head.follows
    return record.repair and record.head.origin <= head.origin


def needs_repair(*, became_head: bool, null: bool) -> bool:
    """Whether an entity's last record is no lasting copy of its head, so that compaction would lose the head.

    A loser or a dead letter came last, or the head is a null, which compaction removes in time.
    """
    return not became_head or null
