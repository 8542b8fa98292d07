"""Given an entity, when a command is called, then it decides."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from marshmallow import Schema

from foldline.errors import FoldlineError, Invalid, NotFound, Refused
from foldline.event import Entity, Remove, Set
from foldline.functions.declare import CommandDeclaration, declaration_of
from foldline.functions.definition import Current
from foldline.functions.parameters import current_of, names_of
from foldline.http.validation import load
from foldline.testing.differences import difference
from foldline.testing.standins import NOW, as_stored, entities, through_json


class Outcome:
    """What came of a command: its decision, or the error that the caller would be told."""

    def __init__(self, id: str, decided: object, error: FoldlineError | None) -> None:
        self._id = id
        self._decided = decided
        self._error = error

    def then(self, expected: Set | Remove | None) -> None:
        """It decided this; None: there is nothing to write. Entities are compared as the log would hold them."""
        if self._error is not None:
            raise AssertionError(f"it failed: {_told(self._error)}")
        wanted, found = self._written(expected), self._written(self._decided)
        if wanted != found:
            raise AssertionError(f"it decided otherwise:\n{difference(wanted, found)}")

    def refused(self, message: str | None = None, *, field: str | None = None) -> None:
        """It raised Refused, with this message and about this field of the body where they are given."""
        error = self._failed_with(Refused)
        if message is not None and error.message != message:
            raise AssertionError(f"it was refused with another message:\n{difference(message, error.message)}")
        self._is_about(error, *(() if field is None else (field,)))

    def invalid(self, *fields: str) -> None:
        """The body did not pass its schema, because of these fields."""
        self._is_about(self._failed_with(Invalid), *fields)

    def not_found(self) -> None:
        """There was no entity, and the command needs one; or it raised NotFound itself."""
        self._failed_with(NotFound)

    def _written(self, decided: object) -> object:
        match decided:
            case Set(entity=dict() as entity):
                return Set(dict(as_stored(self._id, entity)))
            case Remove() | None:
                return decided
        raise AssertionError(f"it returned {decided!r}; a command returns Set(entity), Remove() or None")

    def _failed_with(self, kind: type[FoldlineError]) -> FoldlineError:
        if isinstance(self._error, kind):
            return self._error
        told = f"decided {self._decided!r}" if self._error is None else f"failed with {_told(self._error)}"
        raise AssertionError(f"no {kind.__name__}: it {told}")

    def _is_about(self, error: FoldlineError, *fields: str) -> None:
        found = {*error.details.get("errors", ())}
        if fields and found != {*fields}:
            raise AssertionError(f"it is about other fields:\n{difference(sorted(fields), sorted(found))}")


def when(
    function: Callable[..., Any],
    *,
    id: str = "1",
    current: Mapping[str, Any] | None = None,
    body: Mapping[str, Any] | None = None,
    now: datetime = NOW,
    **others: str | Mapping[str, Mapping[str, Any]],
) -> Outcome:
    """Call a command as the runtime would: its body goes through its schema, and what it takes is filled by name.

    `current` is the entity as it is, None: there is none. `others` are path variables and topics' entities by id:
    `when(purchases.create, body={...}, products={"p1": {"name": "Tea"}})`. Raises TypeError for what the command does
    not take, or lacks.
    """
    declared = declaration_of(function)
    if not isinstance(declared, CommandDeclaration):
        raise TypeError(f"{function!r} is not declared with @command")
    names = names_of(function)
    given = {"id": id, "current": None if current is None else as_stored(id, current), "now": now, **_filled(others)}
    _check_names(names, {*others, *_given(current=current, body=body)}, {"body", *given})
    try:
        if declared.body is not None:
            given["body"] = _loaded(declared.body, id, body or {})
        if current_of(function) is Current.REQUIRED:
            given["current"] = entities({} if current is None else {id: current})[id]
        return Outcome(id, function(**{name: given[name] for name in names}), None)
    except (Refused, Invalid, NotFound) as error:
        return Outcome(id, None, error)


def _given(**values: object) -> Iterator[str]:
    return (name for name, value in values.items() if value is not None)


def _filled(others: Mapping[str, str | Mapping[str, Mapping[str, Any]]]) -> dict[str, Any]:
    return {name: value if isinstance(value, str) else entities(value) for name, value in others.items()}


def _check_names(names: tuple[str, ...], told: set[str], known: set[str]) -> None:
    if unknown := sorted(told.difference(names)):
        raise TypeError(f"the command takes no {', '.join(unknown)}")
    if missing := [name for name in names if name not in known]:
        raise TypeError(f"the command takes {', '.join(missing)}: when(..., {missing[0]}=...)")


def _loaded(schema: type[Schema], id: str, body: Mapping[str, Any]) -> Entity:
    sent = through_json(body)
    repeated = sent.get("id") == id
    loaded: Entity = load(schema(), {name: value for name, value in sent.items() if not (repeated and name == "id")})
    return loaded


def _told(error: FoldlineError) -> str:
    details = f" {error.details}" if error.details else ""
    return f"{type(error).__name__}: {error.message}{details}"
