"""A service process: it folds the log into its state, decides commands on that state, and repairs."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from foldline.errors import DeadOnArrival
from foldline.fold.heads import NO_HEAD, Head

from .calls import CHANGED, CONTENTION, DONE, EXISTS, NOT_READY, UNKNOWN, Answer, Call, decide
from .log import Log, Message, Record, Remove, Set, Value
from .rules import Known, Rules

ATTEMPTS = 3


class Entity(NamedTuple):
    """An entity as it was folded."""

    head: Head = NO_HEAD
    value: Value = None
    message: Message | None = None
    """What a repair copies."""

    @property
    def etag(self) -> int | None:
        return self.head.origin if isinstance(self.value, Set) else None


@dataclass
class State:
    """What one SQLite database holds; each record is folded in one transaction."""

    position: int = 0
    log_time: int = 0
    entities: dict[str, Entity] = field(default_factory=dict)
    keys: dict[str, Known] = field(default_factory=dict)
    unrepaired: set[str] = field(default_factory=set)

    def copy(self) -> "State":
        return State(self.position, self.log_time, dict(self.entities), dict(self.keys), set(self.unrepaired))

    def entity(self, id: str) -> Entity:
        return self.entities.get(id, Entity())

    def apply(self, record: Record, rules: Rules) -> Answer | None:
        """Fold one record; what its writer is told if it became the head, None if it lost or is dead."""
        message = record.message
        accepted = self._accept(record, rules)
        if rules.needs_repair(became_head=accepted is not None, null=message.value is None):
            self.unrepaired.add(message.entity)
        else:
            self.unrepaired.discard(message.entity)
        self.unrepaired &= self.entities.keys()
        self.position, self.log_time = record.offset + 1, record.time
        return accepted

    def _accept(self, record: Record, rules: Rules) -> Answer | None:
        message = record.message
        head = self.entity(message.entity).head
        try:
            placed = rules.place(record, head)
        except DeadOnArrival:
            return None
        if not rules.becomes_head(placed, head):
            return None
        value = Remove() if message.value is None else message.value
        answer = Answer(DONE, message.entity, placed.head.origin, value)
        if message.key is not None and not placed.repair:
            self.keys[message.key] = rules.latest_use(Known(answer, record.time), self.keys.get(message.key))
        self.entities[message.entity] = Entity(placed.head, value, message)
        if isinstance(value, Remove) and not rules.remembers_removed:
            del self.entities[message.entity]
        return answer


@dataclass
class Replica:
    """One process. `outbox` is what its producer has not brought to the log yet."""

    log: Log = field(repr=False)
    rules: Rules = field(repr=False)
    state: State = field(default_factory=State)
    saved: State = field(default_factory=State)
    """What a crash of the whole machine leaves of the state."""
    outbox: list[Message] = field(default_factory=list)
    waiting: list[Call] = field(default_factory=list)
    repairing: set[str] = field(default_factory=set)
    open: bool = False
    goal: int = 0
    """Where a closed gate opens."""
    at_end: int = 0
    """When it was last at the end of the log, or read where that is."""

    def __post_init__(self) -> None:
        self._close_gate()
        self.open |= not self.rules.gate_at_start

    # --- the gate ---

    def _close_gate(self) -> None:
        self.goal, self.at_end = self.log.end, self.log.now
        self.open = self.state.position >= self.goal
        for call in self.waiting:
            self._answer(call, Answer(UNKNOWN))
        self.waiting.clear()

    def _look_at_the_clock(self) -> None:
        if self.rules.closes_gate(self.log.now - self.at_end):
            self._close_gate()

    # --- the fold ---

    @property
    def unread(self) -> bool:
        return self.log.read(self.state.position) is not None

    def fold(self) -> bool:
        """Fold the next record, and tell the command that waits for it; False: there is none."""
        self._look_at_the_clock()
        record = self.log.read(self.state.position)
        if record is None:
            self.at_end = self.log.now
            return False
        accepted = self.state.apply(record, self.rules)
        self.repairing.discard(record.message.entity)
        self.open |= self.state.position >= self.goal
        self._tell(record, accepted)
        return True

    def _tell(self, record: Record, accepted: Answer | None) -> None:
        call = next((call for call in self.waiting if self.rules.is_own(record.message, call.sent[-1])), None)
        if call is None:
            return
        self.waiting.remove(call)
        if self.rules.acknowledges(accepted is not None):
            self._answer(call, accepted or Answer(DONE, call.entity, record.offset, record.message.value))
        elif len(call.sent) < ATTEMPTS:
            self._attempt(call)
        else:
            self._answer(call, Answer(CONTENTION))

    # --- commands ---

    def run(self, call: Call) -> None:
        """Answer at once, or send what was decided and wait."""
        self._look_at_the_clock()
        if self.open:
            self._attempt(call)
        else:
            self._answer(call, Answer(NOT_READY))

    def _attempt(self, call: Call) -> None:
        entity = self.state.entity(call.entity)
        known = self._known(call) if self.rules.looks_key_up(call) else None
        if answer := self.rules.first_answer(known, self._changed(call, entity)):
            return self._answer(call, answer)
        decision = self._decide(call, entity)
        if isinstance(decision, int):
            return self._answer(call, Answer(decision))
        follows = -1 if entity.head == NO_HEAD else entity.head.origin
        own = f"{call.name}.{len(call.sent) + 1}"
        call.sent.append(Message(call.entity, decision, own, follows, key=call.request.key))
        self.outbox.append(call.sent[-1])
        self.waiting.append(call)
        return None

    def _decide(self, call: Call, entity: Entity) -> Value | int:
        removed = not isinstance(entity.value, Set)
        if call.request.kind == "create" and not self.rules.may_create(entity.head, removed):
            return EXISTS
        return decide(call.request, entity.value)

    def _known(self, call: Call) -> Answer | None:
        known = self.state.keys.get(call.request.key or "")
        if known is None or not self.rules.key_counts(known.time, self.log.now, self.state.log_time):
            return None
        return known.answer

    def _changed(self, call: Call, entity: Entity) -> Answer | None:
        return None if call.if_match in (None, entity.etag) else Answer(CHANGED)

    def _answer(self, call: Call, answer: Answer) -> None:
        call.answer, call.folded = answer, self.state.position

    def give_up(self, call: Call) -> bool:
        """The call's deadline passes; its record may still be written."""
        if call not in self.waiting:
            return False
        self.waiting.remove(call)
        self._answer(call, Answer(UNKNOWN))
        return True

    # --- repairs ---

    @property
    def repairable(self) -> Iterator[str]:
        return (entity for entity in sorted(self.state.unrepaired - self.repairing) if self.open)

    def repair(self, entity: str) -> bool:
        """Send a copy of the entity's head; False: it needs none, or none may be sent now."""
        self._look_at_the_clock()
        if entity not in self.repairable:
            return False
        head, value, message = self.state.entity(entity)
        assert message is not None
        self.outbox.append(replace(message, value=value, follows=head.follows, repairs=head.origin))
        self.repairing.add(entity)
        return True

    # --- trouble ---

    def save(self) -> bool:
        """The machine brings to its disk what the state holds."""
        changed = self.saved.position != self.state.position
        self.saved = self.state.copy()
        return changed

    def kill(self) -> None:
        """The process is gone, and with it what it had not sent."""
        for call in self.waiting:
            self._answer(call, Answer(UNKNOWN))
