"""Run a command: key lookup, decide, append, await the outcome."""

import random
import time
from typing import NamedTuple

from foldline import wire
from foldline.errors import (
    AlreadyExists,
    Contention,
    KeyReused,
    LogError,
    NotFound,
    PreconditionFailed,
    RecordTooLarge,
    Refused,
    UnknownOutcome,
)
from foldline.event import Position
from foldline.fold.fold import Fold
from foldline.fold.outcomes import Outcome
from foldline.functions.application import Application, LoadedTopic
from foldline.functions.definition import Command
from foldline.log.port import Log
from foldline.state.entities import read
from foldline.state.snapshot import KeptAnswer, Snapshot
from foldline.state.state import State
from foldline.writes.call import Call, Written
from foldline.writes.deciding import Decision, Found, decide, entity_text
from foldline.writes.keys import derived_id, new_id
from foldline.writes.locks import EntityLocks

_LAST_PART = 0.2
"""Of the deadline: no other try is begun in it, so that the outcome of the last one is seen."""


class Limits(NamedTuple):
    """How long a command may take, and how long a key counts. Seconds."""

    deadline: float
    key_window: float


class Writes:
    """Commands, decided by the log."""

    def __init__(self, log: Log, state: State, fold: Fold, application: Application, limits: Limits) -> None:
        self._log = log
        self._state = state
        self._fold = fold
        self._topics = application.topics
        self._service = application.service.name
        self._limits = limits
        self._locks = EntityLocks()

    def run(self, command: Command, call: Call) -> Written:
        """Run the command to its end.

        Raises what the function raises (Refused), NotFound, AlreadyExists, PreconditionFailed, KeyReused, Contention,
        UnknownOutcome, NotReady, Unreadable.
        """
        deadline = time.monotonic() + self._limits.deadline
        entity_id = _id_of(call)
        with self._locks.hold(command.topic, entity_id, self._limits.deadline):
            try:
                return self._try_until(deadline, command, call, entity_id)
            except (NotFound, AlreadyExists, PreconditionFailed, Refused):
                if call.key is None:
                    raise
                self._catch_up(command.topic, deadline)
                return self._try_until(deadline, command, call, entity_id)

    def _catch_up(self, topic: str, deadline: float) -> None:
        """Fold to the log's end: before a retry is refused, the first try must not lie there unseen."""
        self._fold.catch_up(self._topics[topic].declared.spec.name, deadline - time.monotonic())

    def _try_until(self, deadline: float, command: Command, call: Call, entity_id: str) -> Written:
        """Decide anew, with a little jitter, as long as other records come first."""
        tries = 0
        while True:
            written = self._try(command, call, entity_id, deadline)
            if written is not None:
                return written
            tries += 1
            pause = random.uniform(0, min(0.001 * 2**tries, 0.05))  # noqa: S311 - parts writers that collide
            if time.monotonic() + pause > deadline - self._limits.deadline * _LAST_PART:
                raise Contention
            time.sleep(pause)

    def _try(self, command: Command, call: Call, entity_id: str, deadline: float) -> Written | None:
        """Decide once and write it; None: another record came first."""
        self._fold.check_writable()
        topic = self._topics[command.topic]
        decision = self._state.read(lambda snapshot: self._decide(command, call, entity_id, snapshot))
        if isinstance(decision, Written):
            return decision
        outcome = self._append(topic, entity_id, decision, deadline)
        if not outcome.accepted:
            return None
        position = Position(topic.declared.spec.name, outcome.partition, outcome.offset)
        payload = wire.read_payload(entity_id, decision.value)
        entity = None if payload is None else payload.text
        return Written(decision.status, decision.location, entity, outcome.offset, position)

    def _decide(self, command: Command, call: Call, entity_id: str, snapshot: Snapshot) -> Decision | Written:
        """What is to be written, or what is answered without."""
        if call.key is not None:
            kept = snapshot.kept_answer(call.key.key, self._limits.key_window)
            if kept is not None:
                return self._answer_again(kept, call.key.request)
        is_new = command.creates and call.key is None  # an id made here; if it were not, its record would lose
        head = None if is_new else snapshot.find(command.topic, entity_id)
        found = Found(entity_id, head, read(self._topics[command.topic], head))
        decision = decide(command, call, found, snapshot, self._service)
        if decision is not None:
            return decision
        origin = None if found.current is None else found.current.origin
        return Written(200, None, entity_text(found.current), origin, None)

    def _append(self, topic: LoadedTopic, entity_id: str, decision: Decision, deadline: float) -> Outcome:
        """Append, and wait until this process has folded the record. The fold's sight of it is the acknowledgement."""
        outcomes = self._fold.outcomes

        def failed(error: LogError) -> None:
            unknown = UnknownOutcome(f"{error.message} Whether it was written is not known.")
            outcomes.settle(decision.record_id, error if isinstance(error, RecordTooLarge) else unknown)

        waiter = outcomes.expect(decision.record_id)
        try:
            self._log.append(topic.declared.spec.name, entity_id.encode(), decision.value, decision.headers, failed)
            outcome = waiter.wait(deadline - time.monotonic())
        finally:
            outcomes.forget(decision.record_id)
        if outcome is None:
            raise UnknownOutcome
        return outcome

    def _answer_again(self, kept: KeptAnswer, request: bytes) -> Written:
        """What was answered when the key was first used: a pure function of the record, the same on every replica."""
        if kept.request != request:
            raise KeyReused
        status, _, location = kept.answer.partition(" ")
        payload = wire.read_payload(kept.id, kept.value)
        position = Position(self._topics[kept.topic].declared.spec.name, kept.partition, kept.origin)
        return Written(int(status), location or None, payload and payload.text, kept.origin, position)


def _id_of(call: Call) -> str:
    if "id" in call.variables:
        return call.variables["id"]
    return new_id() if call.key is None else derived_id(call.key.key)
