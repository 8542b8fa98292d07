"""An entity, as a client holds it."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, ClassVar, Self
from urllib.parse import quote

from foldline.client.calling import PAGE, call_of, pages
from foldline.client.change import Change, read_change
from foldline.client.kind import Kind
from foldline.client.listing import Listing
from foldline.client.openapi import Operation
from foldline.client.record import Record
from foldline.client.services import Call, Services
from foldline.client.transport import Answer
from foldline.client.values import exact
from foldline.client.watch import Watch
from foldline.errors import ConflictError, FieldError, PreconditionFailed
from foldline.nearest import nearest

_ABSENT = object()


class ResourceClass(type):
    """What the classes of entities are; it helps with names that they do not have."""

    def __getattr__(cls, name: str) -> Any:
        known = [known for known in dir(cls) if not known.startswith("_")]
        raise FieldError(f"{cls.__name__} has no {name}{nearest(name, known)}")


class Resource(Record, metaclass=ResourceClass):
    """An entity: read its fields, set those that its service lets be changed, and save it."""

    _kind: ClassVar[Kind]
    _services: ClassVar[Services]
    _saved: dict[str, Any]
    """The fields as the service has them."""
    _etag: str | None
    """Of the entity as it was read; None: it came in a list."""

    def __init__(self, fields: Mapping[str, Any], etag: str | None = None) -> None:
        """Hold an entity that was read; `create` makes a new one."""
        super().__init__(fields)
        self._take(fields, etag)

    def __setattr__(self, name: str, value: object) -> None:
        names = self._names()
        if names.get(name) not in self._kind.settable:
            raise FieldError(self._kind.why_not_set(name, names))
        self._fields[names[name]] = exact(value)

    def refresh(self) -> Self:
        """Read it anew; what was set and not saved is gone."""
        answer = self._read()
        self._take(answer.json(), answer.headers.get("ETag"))
        return self

    def history(self, *, limit: int = PAGE) -> "Listing[Change[Self]]":
        """What happened to it, newest first. `limit` is the size of a page; the list reads on by itself."""
        path = f"/{self._kind.topic}/{quote(self._fields['id'], safe='')}/history"

        def changes(answer: Any) -> list[Change[Self]]:
            own = {"id": self._fields["id"]}
            return [read_change({**own, **event, "function": event["type"]}, type(self)) for event in answer["events"]]

        return pages(self._services, Call(self._kind.home, "GET", path), changes, limit)

    @classmethod
    def watch(cls) -> Watch[Self]:
        """What happens from now on, as an iterator of changes that waits for the next one.

        It connects again by itself and misses nothing; `close()` ends it. Raises ChangesMissed where the service does
        not keep any longer what happened meanwhile.
        """
        return Watch(cls._services, cls._kind.home, cls._kind.topic, cls)

    def unsaved(self) -> dict[str, Any]:
        """What was set since it was read or saved, by attribute."""
        return {self._attribute(wire): value for wire, value in self._changed().items()}

    def _save(self, save: Operation) -> Self:
        changed = self._changed()
        if changed and self._etag is None:
            self._find_etag()
        if changed:
            whole = {name: value for name, value in self._fields.items() if name in self._kind.settable}
            try:
                self._run(save, changed if save.method == "PATCH" else whole, self._etag)
            except PreconditionFailed as error:
                raise self._conflict(self._read()) from error
        return self

    def _run(self, operation: Operation, values: Mapping[str, Any], if_match: str | None = None) -> None:
        """Send a command, and take over what came of it; what was set besides and not saved stays."""
        answer = self._ask(operation, values, if_match)
        unsaved = {name: value for name, value in self._changed().items() if name not in values}
        self._take(answer.json() or self._saved, answer.headers.get("ETag"))
        self._fields.update(unsaved)

    def _ask(self, operation: Operation, values: Mapping[str, Any], if_match: str | None = None) -> Answer:
        return self._services.call(call_of(operation, {**values, "id": self._fields["id"]}, if_match))

    def _changed(self) -> dict[str, Any]:
        """What was set since it was read or saved, as it is on the wire."""
        return {name: value for name, value in self._fields.items() if value != self._saved.get(name, _ABSENT)}

    def _take(self, fields: Mapping[str, Any], etag: str | None) -> None:
        object.__setattr__(self, "_fields", dict(fields))
        object.__setattr__(self, "_saved", deepcopy(self._fields))
        object.__setattr__(self, "_etag", etag)

    def _read(self) -> Answer:
        return self._ask(self._kind.operation("retrieve"), {})

    def _find_etag(self) -> None:
        """What came in a list has none: take that of the entity, if it still is the same."""
        answer = self._read()
        if answer.json() != self._saved:
            raise self._conflict(answer)
        object.__setattr__(self, "_etag", answer.headers.get("ETag"))

    def _conflict(self, answer: Answer) -> ConflictError:
        """`answer` has the entity as it is now."""
        current = type(self)(answer.json(), answer.headers.get("ETag"))
        read = type(self)(self._saved).attributes()
        changed = [f"{name} is now {value}" for name, value in current.attributes().items() if value != read.get(name)]
        error = ConflictError(
            f"{self._kind.name} {self._fields['id']} was changed by somebody else: "
            f"{', '.join(changed) or 'more than once'}. Take that over with refresh(), then change and save it again."
        )
        error.current = current
        return error
