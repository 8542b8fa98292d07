"""One decision of a command: what it is told, what it decided, and the record that says so."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from foldline import jsontext, wire
from foldline.errors import AlreadyExists, FunctionError, NotFound, PreconditionFailed
from foldline.event import Remove, Set
from foldline.functions.definition import Command, Current
from foldline.functions.ports import Stored
from foldline.log.port import Headers
from foldline.state.entities import StoredHead
from foldline.state.snapshot import Snapshot
from foldline.times import time_text
from foldline.writes.call import Call


@dataclass(frozen=True, slots=True)
class Found:
    """The entity that a command is about, as one snapshot has it."""

    id: str
    head: StoredHead | None
    current: Stored | None


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be written: the value of a record, and the record's own name."""

    record_id: bytes
    value: bytes
    headers: Headers
    status: int
    location: str | None


def decide(command: Command, call: Call, found: Found, snapshot: Snapshot, service: str) -> Decision | None:
    """Call the command's function; None: there is nothing to write.

    Raises what the function raises (Refused), AlreadyExists, NotFound, PreconditionFailed, FunctionError.
    """
    _check_conditions(command, call, found)
    decided = command.function(**_arguments(command, call, found, snapshot))
    if decided is None:
        return None
    value = _value_of(command, found, decided)
    location = _location(command, found.id) if command.creates else None
    status = 201 if command.creates else 200
    record_id = b"%032x" % random.getrandbits(128)  # seeded anew in each worker: no two name records alike
    headers = [
        (wire.ID, record_id),
        (wire.SOURCE, f"/{service}".encode()),
        (wire.TYPE, command.name.encode()),
        (wire.TIME, time_text(call.now).encode()),
        (wire.SPEC, b"1.0"),
        (wire.FOLLOWS, b"-1" if found.head is None else b"%d" % found.head.origin),
        *((name, text.encode()) for name, text in call.trace),
    ]
    if call.key is not None:
        answer = f"{status} {location or ''}".encode()
        headers += [(wire.KEY, call.key.key), (wire.REQUEST, call.key.request), (wire.ANSWER, answer)]
    return Decision(record_id, value, headers, status, location)


def _check_conditions(command: Command, call: Call, found: Found) -> None:
    if command.creates and found.head is not None:
        raise AlreadyExists(f"{command.topic} {found.id} exists, or existed and was removed.", id=found.id)
    if command.current is Current.REQUIRED and found.current is None:
        raise NotFound(f"There is nothing with id {found.id!r} in {command.topic}.", id=found.id)
    origin = None if found.current is None else found.current.origin
    if call.if_match is not None and not call.if_match.allows(origin):
        raise PreconditionFailed(origin)


def _arguments(command: Command, call: Call, found: Found, snapshot: Snapshot) -> Mapping[str, Any]:
    given: dict[str, Any] = {
        **call.variables,
        "id": found.id,
        "current": found.current,
        "body": call.body,
        "now": call.now,
    }
    return {name: given[name] if name in given else snapshot.entities(name) for name in command.parameters}


def _value_of(command: Command, found: Found, decided: object) -> bytes:
    try:
        match decided:
            case Set(entity=dict() as entity):
                return wire.set_value(found.id, entity)
            case Remove():
                return wire.remove_value(found.id, found.current)
    except (TypeError, ValueError) as error:
        raise FunctionError(f"{command.source} {command.name} decided what JSON cannot hold: {error}") from error
    raise FunctionError(
        f"{command.source} {command.name} returned {decided!r}: a command returns Set(entity), Remove() or None"
    )


def _location(command: Command, entity_id: str) -> str:
    return f"{command.route.path.rstrip('/')}/{entity_id}"


def entity_text(entity: Stored | None) -> bytes | None:
    """An entity's JSON; None: there is none."""
    return None if entity is None else jsontext.encode(entity)
