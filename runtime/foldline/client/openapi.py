"""Read a service's OpenAPI document: which functions it runs, and what its entities look like."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an entity or a body, or an argument of a query."""

    name: str
    """On the wire."""
    schema: Mapping[str, Any]
    required: bool

    @property
    def read_only(self) -> bool:
        """Whether the service alone sets it."""
        return bool(self.schema.get("readOnly"))


@dataclass(frozen=True, slots=True)
class Entities:
    """What the entities of a topic look like."""

    topic: str
    title: str | None
    description: str | None
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """A command or a query that a service runs."""

    service: str
    name: str
    """The function's: `products.create`."""
    is_command: bool
    topic: str | None
    """The one that a command writes, or that a query is about; None: a query that reads several, or none by name."""
    method: str
    path: str
    variables: tuple[str, ...]
    takes: tuple[Field, ...]
    """The fields of a command's body, or a query's arguments."""
    has_body: bool
    gives: Mapping[str, Any]
    """The schema of its answer."""
    doc: str

    @property
    def gives_list(self) -> bool:
        """Whether it answers a list, page by page."""
        return self.gives.get("type") == "array"

    @property
    def gives_entities(self) -> bool:
        """Whether it answers entities of its topic, as they are."""
        item = self.gives["items"] if self.gives_list else self.gives
        return bool(self.topic) and item.get("$ref") == f"#/components/schemas/entity.{self.topic}"


def read_entities(document: Document) -> Iterator[Entities]:
    """The topics that a service folds."""
    for name, schema in document.get("components", {}).get("schemas", {}).items():
        if name.startswith("entity."):
            fields = tuple(_fields(schema))
            yield Entities(name.removeprefix("entity."), schema.get("title"), schema.get("description"), fields)


def read_operations(service: str, document: Document) -> Iterator[Operation]:
    """The functions that it runs."""
    for path, methods in document.get("paths", {}).items():
        for method, described in methods.items():
            if "x-foldline-function" in described:
                yield _operation(service, f"{method.upper()} {path}", described, document)


def _operation(service: str, route: str, described: Mapping[str, Any], document: Document) -> Operation:
    method, _, path = route.partition(" ")
    body = _content(described.get("requestBody", {}))
    parameters = [parameter for parameter in described["parameters"] if "in" in parameter]
    args = [Field(p["name"], p["schema"], p.get("required", False)) for p in parameters if p["in"] == "query"]
    is_command = method != "GET"
    done = next(answer for status, answer in described["responses"].items() if status.startswith("2"))
    return Operation(
        service=service,
        name=described["x-foldline-function"],
        is_command=is_command,
        topic=described.get("x-foldline-topic"),
        method=method,
        path=path,
        variables=tuple(p["name"] for p in parameters if p["in"] == "path"),
        takes=tuple(_fields(_resolved(body, document)) if is_command else args),
        has_body=bool(body),
        gives=_content(done),
        doc="\n\n".join(filter(None, (described["summary"] + ".", described.get("description")))),
    )


def _content(part: Mapping[str, Any]) -> Mapping[str, Any]:
    schema: Mapping[str, Any] = part.get("content", {}).get("application/json", {}).get("schema", {})
    return schema


def _resolved(schema: Mapping[str, Any], document: Document) -> Mapping[str, Any]:
    if "$ref" not in schema:
        return schema
    found: Mapping[str, Any] = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found


def _fields(schema: Mapping[str, Any]) -> Iterator[Field]:
    required = schema.get("required", ())
    for name, about in schema.get("properties", {}).items():
        yield Field(name, about, name in required)
