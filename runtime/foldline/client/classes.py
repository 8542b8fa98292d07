"""Make a class for a kind of entity: a method for each function, with that function's arguments and words."""

from collections.abc import Callable
from typing import Any, cast

from foldline.client.calling import PAGE, call_of, on_the_wire, pages, takes_pages
from foldline.client.kind import Kind
from foldline.client.listing import Listing
from foldline.client.names import python_name
from foldline.client.openapi import Operation
from foldline.client.resource import Resource, ResourceClass
from foldline.client.services import Services
from foldline.client.signatures import described, fields_in_words, worded

_SAVING = """Sends what was set, if anything was. Raises ConflictError where somebody else has changed it since it was
read; its `current` is the entity as it is now."""


def make_class(kind: Kind, services: Services) -> type[Resource]:
    """The class; its methods ask these services."""
    words = fields_in_words((python_name(field.name), field) for field in kind.fields)
    fields = [field.name for field in kind.fields]
    members: dict[str, Any] = {
        "__doc__": f"{kind.doc}\n{words}",
        "__module__": "foldline.client",
        "_kind": kind,
        "_services": services,
        "_known": tuple(dict.fromkeys((*fields, *kind.settable))),
    }
    for role, operation in kind.operations.items():
        name = f"{role}_" if hasattr(Resource, role) else role
        make = _BY_ROLE.get(role) or (_changing if "id" in operation.variables else _creating)
        function = make(operation)
        function.__name__, function.__qualname__ = name, f"{kind.name}.{name}"
        members[name] = classmethod(function) if make in _OF_THE_CLASS else function
    return cast("type[Resource]", ResourceClass(kind.name, (Resource,), members))


def _creating(operation: Operation) -> Callable[..., Any]:
    def create(cls: type[Resource], /, **fields: Any) -> Resource:
        answer = cls._services.call(call_of(operation, on_the_wire(operation, fields)))
        return cls(answer.json(), answer.headers.get("ETag"))

    return described(create, operation, "cls")


def _listing(operation: Operation) -> Callable[..., Any]:
    def items(cls: type[Resource], /, *, limit: int = PAGE, **args: Any) -> Listing[Resource]:
        call = call_of(operation, on_the_wire(operation, args))
        size = limit if takes_pages(operation) else None
        return pages(cls._services, call, lambda answer: [cls(fields) for fields in answer], size)

    return described(items, operation, "cls")


def _retrieving(operation: Operation) -> Callable[..., Any]:
    def retrieve(cls: type[Resource], /, id: str, **args: Any) -> Resource:
        answer = cls._services.call(call_of(operation, {**on_the_wire(operation, args), "id": id}))
        return cls(answer.json(), answer.headers.get("ETag"))

    return described(retrieve, operation, "cls", "id")


def _saving(operation: Operation) -> Callable[..., Any]:
    def save(self: Resource) -> Resource:
        return self._save(operation)

    return worded(save, f"{operation.doc}\n\n{_SAVING}", "self")


def _deleting(operation: Operation) -> Callable[..., Any]:
    def delete(self: Resource) -> None:
        self._run(operation, {})

    return worded(delete, operation.doc, "self")


def _changing(operation: Operation) -> Callable[..., Any]:
    def change(self: Resource, /, **fields: Any) -> Resource:
        self._run(operation, on_the_wire(operation, fields))
        return self

    return described(change, operation, "self")


_BY_ROLE = {"list": _listing, "retrieve": _retrieving, "save": _saving, "delete": _deleting, "create": _creating}
_OF_THE_CLASS = (_creating, _listing, _retrieving)
