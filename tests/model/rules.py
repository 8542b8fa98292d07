"""The rules of "the log decides", each a method, so that a test can turn off any one of them.

What heads.py decides, it decides here too: the model drives the very functions that the runtime folds with.
"""

from typing import NamedTuple

from foldline.errors import DeadOnArrival
from foldline.fold import heads
from foldline.fold.heads import NO_HEAD, Head, Placed

from .calls import Answer, Call
from .log import HALF_LAG, Garbage, Message, Record


class Known(NamedTuple):
    """What a key was answered, and when that was written."""

    answer: Answer
    time: int


class Rules:
    """All of them on."""

    key_window = HALF_LAG
    """How long an idempotency key counts."""
    gate_at_start = True
    remembers_removed = True

    def place(self, record: Record, head: Head) -> Placed:
        """Where a record stands, whatever the head is; raises DeadOnArrival."""
        if isinstance(record.message.value, Garbage):
            raise DeadOnArrival("no envelope")
        return heads.place(record.offset, record.message.follows, record.message.repairs)

    def becomes_head(self, placed: Placed, head: Head) -> bool:
        return heads.becomes_head(placed, head)

    def needs_repair(self, *, became_head: bool, null: bool) -> bool:
        return heads.needs_repair(became_head=became_head, null=null)

    def created_id(self, call: Call) -> str:
        """The id of what a create makes: derived from its key, so that every replica creates the same entity."""
        return call.request.key or call.name

    def may_create(self, head: Head, removed: bool) -> bool:
        """An entity that was removed is not made anew."""
        return head == NO_HEAD

    def looks_key_up(self, call: Call) -> bool:
        """Before each decision, not only the first."""
        return True

    def first_answer(self, known: Answer | None, changed: Answer | None) -> Answer | None:
        """The key comes before If-Match: the client's own write is what changed the ETag."""
        return known or changed

    def key_counts(self, written_at: int, now: int, last_record: int) -> bool:
        """A key's age is that of its record, by a clock that goes on while the log is quiet."""
        return now - written_at <= self.key_window

    def latest_use(self, known: Known, before: Known | None) -> Known:
        """A key that no longer counts may be used anew."""
        return known

    def is_own(self, message: Message, sent: Message) -> bool:
        """A command knows its own record by the event's id."""
        return message.id == sent.id

    def closes_gate(self, absence: int) -> bool:
        """Whoever was not at the log's end for half the lag may read what compaction left half of."""
        return absence > HALF_LAG

    def acknowledges(self, accepted: bool) -> bool:
        return accepted
