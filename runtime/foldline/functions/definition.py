"""What the runtime knows of a declared function once it is checked."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple

from marshmallow import Schema

_VARIABLE = re.compile(r"<([^<>]*)>")


class Source(NamedTuple):
    """Where something is written; `file` relative to the application's folder where it lies in it."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Route(NamedTuple):
    """`POST /products/<id>`."""

    method: str
    path: str

    @classmethod
    def parse(cls, text: str) -> "Route":
        """Read what `str` wrote; whether it makes sense is checked elsewhere."""
        method, _, path = text.partition(" ")
        return cls(method, path)

    @property
    def variables(self) -> tuple[str, ...]:
        """The names between angle brackets, in order."""
        return tuple(_VARIABLE.findall(self.path))

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class Current(Enum):
    """What a command wants to know of the entity as it is."""

    UNUSED = "unused"
    OPTIONAL = "optional"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class Command:
    """A function that decides: current entity + request body -> one event."""

    name: str
    topic: str
    route: Route
    body: type[Schema] | None
    current: Current
    function: Callable[..., Any]
    parameters: tuple[str, ...]
    source: Source

    @property
    def creates(self) -> bool:
        """Whether it makes a new entity: its route has no `<id>`."""
        return "id" not in self.route.variables


@dataclass(frozen=True, slots=True)
class Query:
    """A function that answers from state."""

    name: str
    route: Route
    args: type[Schema] | None
    function: Callable[..., Any]
    parameters: tuple[str, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class Projector:
    """A function that folds an event into tables of its own."""

    name: str
    topics: tuple[str, ...]
    tables: str
    """The SQL that creates its tables."""
    table_names: tuple[str, ...]
    version: int
    function: Callable[..., Any]
    parameters: tuple[str, ...]
    source: Source
