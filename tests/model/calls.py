"""What clients ask for, what a command decides, and what a client is told."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from .log import Message, Remove, Set, Value

DONE, ABSENT, EXISTS, CHANGED, CONTENTION, NOT_READY, UNKNOWN = 200, 404, 409, 412, 5031, 5032, 504

NOTHING_WRITTEN = frozenset({ABSENT, EXISTS, CHANGED, CONTENTION, NOT_READY})
REFUSED = frozenset({ABSENT, EXISTS, CHANGED})


Kind = Literal["create", "append", "put", "remove"]


class Request(NamedTuple):
    """One thing that a client wants. With a key it may be asked several times, of any replica."""

    name: str
    kind: Kind
    entity: str = "e"
    key: str | None = None
    if_match: bool = False
    """The client sends the ETag that it saw where it asked first."""


class Answer(NamedTuple):
    """What a client is told: a status; of a write that took place also the entity, its ETag and its value."""

    status: int
    entity: str | None = None
    origin: int | None = None
    value: Value = None


@dataclass
class Call:
    """One request at one replica."""

    name: str
    request: Request
    entity: str
    asked_at: int
    if_match: int | None
    sent: list[Message] = field(default_factory=list)
    answer: Answer | None = None
    folded: int = 0
    """How far the replica had folded the log when it answered."""


def decide(request: Request, value: Value) -> Value | int:
    """The command: the event that it makes of the entity as it is, or the status of its refusal."""
    match request.kind, value:
        case "create" | "put", Remove() | None:
            return Set((request.name,))
        case "append" | "put", Set(requests):
            return Set((*requests, request.name))
        case "remove", Set(requests):
            return Remove(requests)
        case "create", _:
            return EXISTS
    return ABSENT
