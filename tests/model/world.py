"""Replicas, a log, clients, other people's producers, and time: everything that can happen, as steps.

A step that cannot happen now answers False and changes nothing. Between any two steps anything may lie, so that every
interleaving is a list of steps, and a list of steps is a story that can be read and told again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from .calls import Call, Request
from .log import Garbage, Log, Message, Set
from .replica import Replica, State
from .rules import Rules

ROUNDS = 30


class Step(NamedTuple):
    """One thing that happens."""

    verb: str
    args: tuple[str | int, ...] = ()

    def __str__(self) -> str:
        return " ".join([self.verb, *map(str, self.args)])


def step(verb: str, *args: str | int) -> Step:
    return Step(verb, args)


def steps(text: str) -> tuple[Step, ...]:
    """Read steps as they are written: `ask A w1, deliver A`."""
    words = [line.split() for line in text.replace("\n", ",").split(",") if line.strip()]
    return tuple(Step(verb, tuple(int(arg) if arg.isdigit() else arg for arg in args)) for verb, *args in words)


class Restless(Exception):
    """Replicas that nobody disturbs go on writing for ever."""


CONTRADICTIONS = {
    "follows-itself": (0, None),
    "follows-the-future": (3, None),
    "repairs-itself": (-1, 0),
    "repairs-the-future": (-1, 2),
    "repairs-what-it-follows": (-1, -1),
}
"""`follows` and `repairs`, from the record's own offset."""


@dataclass
class World:
    rules: Rules = field(repr=False)
    requests: dict[str, Request] = field(repr=False)
    log: Log = field(default_factory=Log)
    replicas: dict[str, Replica] = field(default_factory=dict)
    calls: dict[str, Call] = field(default_factory=dict)
    first_asked: dict[str, Call] = field(default_factory=dict, repr=False)

    @classmethod
    def start(cls, rules: Rules, requests: Iterable[Request], replicas: str = "AB") -> "World":
        world = cls(rules, {request.name: request for request in requests})
        for name in replicas:
            world.start_replica(name)
        return world

    def take(self, step: Step) -> bool:
        """Let it happen; False: it cannot happen now."""
        happened: bool = getattr(self, step.verb)(*step.args)
        return happened

    # --- clients ---

    def ask(self, replica: str, name: str) -> bool:
        """A client asks this of a replica: for the first time, or again, because it has a key."""
        request = self.requests[name]
        first = self.first_asked.get(name)
        if not self._may_ask(request, first):
            return False
        call = self._call(replica, request, first)
        self.first_asked.setdefault(name, call)
        self.calls[call.name] = call
        self.replicas[replica].run(call)
        return True

    def _may_ask(self, request: Request, first: Call | None) -> bool:
        """Again only with a key, and while it counts; a create at any time, for the key gives it its id.

        And a key is used for something else only when it counts no longer.
        """
        if first is None:
            others = [call for call in self.first_asked.values() if request.key and call.request.key == request.key]
            return not any(self._counts(call) for call in others)
        return request.key is not None and (request.kind == "create" or self._counts(first))

    def _counts(self, first: Call) -> bool:
        return self.log.now - first.asked_at <= self.rules.key_window

    def _call(self, replica: str, request: Request, first: Call | None) -> Call:
        name = f"{request.name}@{replica}{len(self.calls)}"
        seen = self.replicas[replica].state.entity(request.entity).etag if request.if_match else None
        call = Call(name, request, request.entity, self.log.now, first.if_match if first else seen)
        if request.kind == "create":
            call.entity = self.rules.created_id(call)
        return call

    def give_up(self, name: str) -> bool:
        """The deadline of the last call of this request passes."""
        calls = [call for call in self.calls.values() if call.request.name == name]
        return bool(calls) and any(replica.give_up(calls[-1]) for replica in self.replicas.values())

    # --- replicas ---

    def start_replica(self, name: str) -> bool:
        """A new replica, without any state."""
        self.replicas[name] = Replica(self.log, self.rules)
        return True

    def deliver(self, replica: str, times: int = 1) -> bool:
        """The first record that this replica has sent reaches the log; by mistake, several times."""
        outbox = self.replicas[replica].outbox
        if not outbox:
            return False
        message = outbox.pop(0)
        for _ in range(times):
            self.log.append(message)
        return True

    def fold(self, replica: str) -> bool:
        return self.replicas[replica].fold()

    def repair(self, replica: str, entity: str) -> bool:
        return self.replicas[replica].repair(entity)

    def save(self, replica: str) -> bool:
        return self.replicas[replica].save()

    def kill(self, replica: str) -> bool:
        """kill -9, and a new start: what was committed is there."""
        return self._restart(replica, self.replicas[replica].state)

    def cut_power(self, replica: str) -> bool:
        """The host dies: its last commits may not have been on disk."""
        return self._restart(replica, self.replicas[replica].saved)

    def lose_state(self, replica: str) -> bool:
        """Another host takes over: it folds the log from its beginning."""
        return self._restart(replica, State())

    def _restart(self, name: str, state: State) -> bool:
        self.replicas[name].kill()
        self.replicas[name] = Replica(self.log, self.rules, state.copy(), state.copy())
        return True

    # --- others ---

    def foreign(self, what: str, entity: str) -> bool:
        """Somebody else's record: one without headers, or one that is wrong."""
        self.log.append(Message(entity, {"set": Set(("foreign",)), "null": None, "garbage": Garbage()}[what]))
        return True

    def contradict(self, how: str, entity: str) -> bool:
        """A record whose headers contradict the order of the log."""
        follows, repairs = CONTRADICTIONS[how]
        own = self.log.end
        repaired = None if repairs is None else own + repairs
        self.log.append(Message(entity, Set((how,)), follows=own + follows, repairs=repaired))
        return True

    def copy_stray(self, offset: int) -> bool:
        """A tool repairs what needs no repair: a record that lost, or was followed long ago."""
        if offset >= self.log.end:
            return False
        message = self.log.everything[offset].message
        if message.repairs is not None or not isinstance(message.value, Set) or message.id is None:
            return False
        self.log.append(replace(message, repairs=offset))
        return True

    # --- time ---

    def compact(self, upto: int) -> bool:
        return self.log.compact(upto)

    def wait(self, asleep: str = "") -> bool:
        """Half the lag passes. Whoever is not asleep comes to rest first: a repair takes seconds, a lag is hours.

        Somebody is awake: where nobody repairs for longer than the lag, compaction may take a head away.
        """
        awake = [name for name in self.replicas if name != asleep]
        if not awake or len(awake) + bool(asleep) != len(self.replicas):
            return False
        self.settle(awake)
        self.log.now += 1
        return self.settle(awake)

    def settle(self, names: Iterable[str] = ()) -> bool:
        """These replicas (none named: all) write, read and repair until there is nothing more to do."""
        replicas = [self.replicas[name] for name in names or self.replicas]
        for _ in range(ROUNDS):
            if not [replica for replica in replicas if self._let_run(replica)]:
                return True
        raise Restless("the replicas do not come to rest")

    def _let_run(self, replica: Replica) -> bool:
        busy = bool(replica.outbox or replica.unread)
        while replica.outbox:
            self.log.append(replica.outbox.pop(0))
        while replica.fold():
            pass
        for entity in list(replica.repairable):
            busy |= replica.repair(entity)
        return busy

    def urgent(self) -> Iterator[Step]:
        """What may happen at any time without anybody's wish."""
        for name, replica in self.replicas.items():
            if replica.outbox:
                yield step("deliver", name)
            if replica.unread:
                yield step("fold", name)
            for entity in replica.repairable:
                yield step("repair", name, entity)
