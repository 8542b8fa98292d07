"""How functions are declared. A declared function stays the plain function that it was; nothing is registered."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from marshmallow import Schema

from foldline.errors import DeclarationError

Function = TypeVar("Function", bound=Callable[..., Any])

_ATTRIBUTE = "__foldline__"


@dataclass(frozen=True, slots=True)
class CommandDeclaration:
    """What `@command` was told."""

    topic: str
    route: str
    body: type[Schema] | None
    name: str | None


@dataclass(frozen=True, slots=True)
class QueryDeclaration:
    """What `@query` was told."""

    route: str
    args: type[Schema] | None
    name: str | None


@dataclass(frozen=True, slots=True)
class ProjectorDeclaration:
    """What `@projector` was told."""

    name: str
    topics: tuple[str, ...]
    tables: str
    version: int


Declaration: TypeAlias = CommandDeclaration | QueryDeclaration | ProjectorDeclaration


def command(
    topic: str, route: str, *, body: type[Schema] | None = None, name: str | None = None
) -> Callable[[Function], Function]:
    """Declare a function that decides: the current entity and the request's body -> `Set`, `Remove` or None.

    `topic` is the kind of entity, `route` a method and a path (`PUT /products/<id>`), `body` the schema of the
    request's body. `name` is written into every event; it is `<topic>.<function>` unless it is given.
    """
    return _attach(CommandDeclaration(topic, route, body, name))


def query(route: str, *, args: type[Schema] | None = None, name: str | None = None) -> Callable[[Function], Function]:
    """Declare a function that answers from state.

    `route` is `GET` and a path, `args` the schema of the query string (`Page` for lists). `name` is
    `<module>.<function>` unless it is given.
    """
    if callable(route):
        raise DeclarationError('@query stands without its route; write @query("GET /...")')
    return _attach(QueryDeclaration(route, args, name))


def projector(name: str, *, topics: Sequence[str], tables: str, version: int) -> Callable[[Function], Function]:
    """Declare a function that folds the events of `topics` into tables of its own.

    `tables` names a file of SQL beside the module, which creates them. A change of that file, or of what the function
    does, needs another `version`, a number from 1: the tables are then made and filled anew.
    """
    return _attach(ProjectorDeclaration(name, (topics,) if isinstance(topics, str) else tuple(topics), tables, version))


def declaration_of(function: Any) -> Declaration | None:
    """What a function is declared as; None: it is not."""
    declaration: Declaration | None = getattr(function, _ATTRIBUTE, None)
    return declaration


def _attach(declaration: Declaration) -> Callable[[Function], Function]:
    def attach(function: Function) -> Function:
        if not inspect.isfunction(function):
            raise DeclarationError(f"{function!r} cannot be declared: only plain functions (def) can")
        if declaration_of(function) is not None:
            raise DeclarationError(f"{function.__qualname__} is declared twice; make it two functions")
        setattr(function, _ATTRIBUTE, declaration)
        return function

    return attach
