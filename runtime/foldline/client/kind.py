"""A kind of entity: what it looks like, and which functions of which services there are for it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from foldline.client.names import class_name, python_name
from foldline.client.openapi import Entities, Field, Operation
from foldline.errors import FieldError
from foldline.nearest import nearest

_OF_ALL = {"POST": "create", "GET": "list"}
_OF_ONE = {"PUT": "save", "PATCH": "save", "DELETE": "delete", "GET": "retrieve"}


@dataclass(frozen=True, slots=True)
class Kind:
    """One topic's."""

    name: str
    """As its class is called."""
    topic: str
    doc: str
    fields: tuple[Field, ...]
    home: str
    """The service that tells its history and its changes."""
    operations: Mapping[str, Operation]
    """`create`, `list`, `retrieve`, `save`, `delete` by the shape of their routes, others by their function's name."""

    @property
    def settable(self) -> tuple[str, ...]:
        """The fields that can be changed, as they are on the wire."""
        save = self.operations.get("save")
        return () if save is None else tuple(field.name for field in save.takes if not field.read_only)

    def operation(self, name: str) -> Operation:
        """The function of this name; raises FieldError."""
        if name not in self.operations:
            raise FieldError(f"{self.name} has no {name}{nearest(name, self.operations)}")
        return self.operations[name]

    def why_not_set(self, name: str, known: Mapping[str, str]) -> str:
        """Why a field cannot be set, where it cannot; `known` are fields on the wire by attribute."""
        if not self.settable:
            return f"{name} cannot be set: no command changes {self.topic}"
        if name in known:
            return f"{name} cannot be set: the service does that"
        near = nearest(name, (attribute for attribute, wire in known.items() if wire in self.settable))
        return f"{self.name} has no field {name}{near}"


def kinds_of(entities: Mapping[str, Iterable[Entities]], operations: Iterable[Operation]) -> list[Kind]:
    """All kinds of entities: `entities` by service. The services with commands on a topic come first."""
    operations = sorted(operations, key=lambda operation: not operation.is_command)
    looks = {(service, look.topic): look for service, folded in entities.items() for look in folded}
    kinds: dict[str, Kind] = {}
    for topic in dict.fromkeys(topic for _, topic in looks):
        own = [operation for operation in operations if operation.topic == topic]
        folding = [service for service, folded in looks if folded == topic]
        home = next((operation.service for operation in own if operation.service in folding), folding[0])
        look = looks[home, topic]
        title = look.title if look.title and look.title.isidentifier() else class_name(topic)
        name = class_name(topic) if title in kinds else title
        kinds[name] = Kind(name, topic, look.description or f"One of {topic}.", look.fields, home, _named(own))
    return list(kinds.values())


def _named(operations: Iterable[Operation]) -> dict[str, Operation]:
    shapes = [(operation, *_shape(operation)) for operation in {one.name: one for one in operations}.values()]
    paths = Counter(path for _, path, shape in shapes if shape is not None)
    collection = max(paths, key=lambda path: paths[path], default="")
    found: dict[str, Operation] = {}
    others: list[Operation] = []
    for operation, path, shape in shapes:
        if shape is None or path != collection or shape in found:
            others.append(operation)
        else:
            found[shape] = operation
    for operation in others:
        if operation.is_command:
            found[python_name(operation.name.rpartition(".")[2], found)] = operation
    return found


def _shape(operation: Operation) -> tuple[str, str | None]:
    """The path of the whole collection, and what the function is to it; None: nothing in particular."""
    path = operation.path.removesuffix("/{id}")
    one = path != operation.path
    shape = _OF_ONE.get(operation.method) if one else _OF_ALL.get(operation.method)
    entities = operation.is_command or (operation.gives_entities and operation.gives_list != one)
    return path, shape if entities and "{" not in path else None
