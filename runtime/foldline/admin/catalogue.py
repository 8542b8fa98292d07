"""What there is in an application: services, and the functions that they run."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from inspect import getdoc
from typing import NamedTuple, TypeAlias

from foldline.errors import Malformed, NotFound
from foldline.functions.application import Application
from foldline.functions.definition import Command, Projector, Query
from foldline.nearest import nearest

Function: TypeAlias = Command | Query | Projector

KINDS = ("command", "query", "projector")


@dataclass(frozen=True, slots=True)
class FunctionRow:
    """One function of one service."""

    service: str
    function: str
    kind: str
    route: str | None
    """`PUT /products/<id>`; None: a projector has none."""
    topics: tuple[str, ...]
    """A command's topic, a projector's topics, and those that a query reads."""
    summary: str
    source: str
    """File and line."""


class Found(NamedTuple):
    """A function, and a service that runs it."""

    application: Application
    function: Function

    @property
    def kind(self) -> str:
        """`command`, `query` or `projector`."""
        return type(self.function).__name__.lower()


def functions_of(application: Application) -> Iterator[Found]:
    """All that one service runs."""
    functions: list[Function] = [*application.commands, *application.queries, *application.projectors]
    return (Found(application, function) for function in functions)


def row_of(found: Found) -> FunctionRow:
    """What a list says of it."""
    application, function = found
    return FunctionRow(
        service=application.service.name,
        function=function.name,
        kind=found.kind,
        route=None if isinstance(function, Projector) else str(function.route),
        topics=_topics(application, function),
        summary=(getdoc(function.function) or "").partition("\n")[0],
        source=str(function.source),
    )


def find_function(applications: Mapping[str, Application], name: str, kind: str | None = None) -> Found:
    """The function of that name, in the first service that runs it.

    Raises NotFound with the nearest name, and Malformed where functions of several kinds are called so.
    """
    there = [found for application in applications.values() for found in functions_of(application)]
    there = [found for found in there if kind in {None, found.kind}]
    called = [found for found in there if found.function.name == name]
    if not called:
        where = "the application" if len(applications) != 1 else f"service {next(iter(applications))}"
        raise NotFound(f"{where} has no {kind or 'function'} {name}{nearest(name, {f.function.name for f in there})}")
    if len(kinds := sorted({found.kind for found in called})) > 1:
        raise Malformed(f"{name} is a {' and a '.join(kinds)}; say which by --kind")
    return called[0]


def _topics(application: Application, function: Function) -> tuple[str, ...]:
    match function:
        case Command():
            return (function.topic,)
        case Projector():
            return function.topics
    return tuple(name for name in function.parameters if name in application.topics)
