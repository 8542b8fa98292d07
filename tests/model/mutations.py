"""The protocol with one of its rules turned off, each in one of these classes."""

from dataclasses import replace

from foldline.errors import DeadOnArrival
from foldline.fold.heads import Head, Placed

from .calls import Answer, Call
from .log import LAG, Message, Record
from .rules import Known, Rules


class AnyLaterRecordWins(Rules):
    """Last write wins, whatever it follows."""

    def becomes_head(self, placed: Placed, head: Head) -> bool:
        return True


class LastOfEqualsWins(Rules):
    """Of two records that follow the same one, the second wins."""

    def becomes_head(self, placed: Placed, head: Head) -> bool:
        return super().becomes_head(placed, head) or placed.head.follows == head.follows


class ForeignRecordsLose(Rules):
    """A record without `follows` does not count."""

    def place(self, record: Record, head: Head) -> Placed:
        if record.message.follows is None:
            return Placed(Head(-2, record.offset), repair=False)
        return super().place(record, head)


class ForeignRecordsFollowTheHead(Rules):
    """A record without `follows` follows whatever the head is where it is read."""

    def place(self, record: Record, head: Head) -> Placed:
        if record.message.follows is None:
            return Placed(Head(max(head.origin, -1), record.offset), repair=False)
        return super().place(record, head)


class RepairsHaveTheirOwnOrigin(Rules):
    """A repair's origin is its own offset, not that of what it copies."""

    def place(self, record: Record, head: Head) -> Placed:
        placed = super().place(record, head)
        return Placed(Head(placed.head.follows, record.offset), placed.repair)


class AnyRepairWins(Rules):
    """A repair wins against what follows the same record, whatever its origin."""

    def becomes_head(self, placed: Placed, head: Head) -> bool:
        return super().becomes_head(placed, head) or (placed.repair and placed.head.follows == head.follows)


class RepairsOnlyRepeat(Rules):
    """A repair does not win against a record that lost to what it copies, where compaction took the original."""

    def becomes_head(self, placed: Placed, head: Head) -> bool:
        return super().becomes_head(placed, head) and not (
            placed.head.follows == head.follows and placed.head.origin < head.origin
        )


class NothingIsRepaired(Rules):
    """A record that lost stays an entity's last."""

    def needs_repair(self, *, became_head: bool, null: bool) -> bool:
        return False


class NullsAreNotRepaired(Rules):
    """A null stays an entity's last."""

    def needs_repair(self, *, became_head: bool, null: bool) -> bool:
        return super().needs_repair(became_head=became_head, null=False)


class NoGateAtStart(Rules):
    """A replica decides on a topic that it has read half of."""

    gate_at_start = False


class NoGateAfterSleep(Rules):
    """A replica that slept goes on as if it had not."""

    def closes_gate(self, absence: int) -> bool:
        return False


class KeyIsLookedUpOnce(Rules):
    """A command that lost decides anew without looking its key up again."""

    def looks_key_up(self, call: Call) -> bool:
        return not call.sent


class IfMatchComesFirst(Rules):
    """A retry is held against its ETag before its key is looked up."""

    def first_answer(self, known: Answer | None, changed: Answer | None) -> Answer | None:
        return changed or known


class CreatedIdIsRandom(Rules):
    """A create's id has nothing to do with its key."""

    def created_id(self, call: Call) -> str:
        return call.name


class RemovedIsForgotten(Rules):
    """What was removed leaves no head."""

    remembers_removed = False


class RemovedMayBeCreated(Rules):
    """A create takes the id of what was removed."""

    def may_create(self, head: Head, removed: bool) -> bool:
        return removed


class ContradictionsCount(Rules):
    """Headers that contradict the log's order are taken at their word."""

    def place(self, record: Record, head: Head) -> Placed:
        try:
            return super().place(record, head)
        except DeadOnArrival:
            follows, repairs = record.message.follows, record.message.repairs
            if follows is None:
                raise
            return Placed(Head(follows, record.offset if repairs is None else repairs), repairs is not None)


class GarbageCounts(Rules):
    """A record without an envelope may become the head."""

    def place(self, record: Record, head: Head) -> Placed:
        return super().place(replace(record, message=replace(record.message, value=None)), head)


class KeysOutliveCompaction(Rules):
    """A key counts for longer than its record is sure to be kept."""

    key_window = 2 * LAG


class KeysAgeByTheLastRecord(Rules):
    """A key's age stands still while the log is quiet."""

    def key_counts(self, written_at: int, now: int, last_record: int) -> bool:
        return last_record - written_at <= self.key_window


class FirstUseOfAKeyStays(Rules):
    """A key that is used anew, when it no longer counts, stays that of its first use."""

    def latest_use(self, known: Known, before: Known | None) -> Known:
        return before or known


class LosersAreAcknowledged(Rules):
    """A command that lost is told that it won."""

    def acknowledges(self, accepted: bool) -> bool:
        return True


class OutcomesAreGuessed(Rules):
    """A command takes the outcome of any record that decides the same for its own."""

    def is_own(self, message: Message, sent: Message) -> bool:
        return (message.entity, message.follows, message.value) == (sent.entity, sent.follows, sent.value)


SHOWN_BY: dict[type[Rules], str] = {
    AnyLaterRecordWins: "three writers meet",
    LastOfEqualsWins: "three writers meet",
    ForeignRecordsLose: "a foreign set",
    ForeignRecordsFollowTheHead: "a foreign set",
    RepairsHaveTheirOwnOrigin: "a foreign garbage",
    AnyRepairWins: "what lost is repaired by a tool",
    RepairsOnlyRepeat: "compaction while a new replica reads",
    NothingIsRepaired: "compaction while a new replica reads",
    NullsAreNotRepaired: "a foreign null",
    NoGateAtStart: "compaction while a new replica reads",
    NoGateAfterSleep: "compaction while a replica sleeps",
    KeyIsLookedUpOnce: "a key is asked of both",
    IfMatchComesFirst: "a key and an ETag are asked of both",
    CreatedIdIsRandom: "two creates with one key, and a remove",
    RemovedIsForgotten: "two remove, one writes",
    RemovedMayBeCreated: "a create is asked for again when its key no longer counts",
    ContradictionsCount: "a record follows-the-future",
    GarbageCounts: "a foreign garbage",
    KeysOutliveCompaction: "a key, and compaction",
    KeysAgeByTheLastRecord: "a create that lost, and compaction",
    FirstUseOfAKeyStays: "a key is used anew",
    LosersAreAcknowledged: "three writers meet",
    OutcomesAreGuessed: "two remove, one writes",
}
"""The scene in which each of them goes wrong."""
