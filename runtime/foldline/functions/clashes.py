"""Functions that cannot stand side by side in one service."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from foldline.functions.definition import Command, Projector, Query
from foldline.functions.routes import shape
from foldline.functions.tables import created_by

Named = TypeVar("Named", bound=Command | Query | Projector)


def clashes(
    commands: Sequence[Command], queries: Sequence[Query], projectors: Sequence[Projector], topics: Iterable[str]
) -> Iterator[str]:
    """What two functions cannot both have: a name within a kind, a route, a table."""
    routed: list[Command | Query] = [*commands, *queries]
    yield from _doubles(commands, lambda command: command.name, "its name")
    yield from _doubles(queries, lambda query: query.name, "its name")
    yield from _doubles(projectors, lambda projector: projector.name, "its name")
    yield from _doubles(routed, lambda function: shape(function.route), "its route")
    yield from _table_clashes(projectors, topics)


def _doubles(functions: Iterable[Named], of: Callable[[Named], str], what: str) -> Iterator[str]:
    first: dict[str, Named] = {}
    for function in functions:
        other = first.setdefault(of(function), function)
        if other is not function:
            yield f"{function.source} {function.name}: {what} clashes with that of {other.name} at {other.source}"


def _table_clashes(projectors: Iterable[Projector], topics: Iterable[str]) -> Iterator[str]:
    taken = {topic.lower(): f"the view of topic {topic}" for topic in topics}
    for projector in projectors:
        created = created_by(projector.tables)
        for name in (*created.tables, *created.indexes):
            if (owner := taken.setdefault(name.lower(), projector.name)) != projector.name:
                yield f"{projector.source} {projector.name}: its tables: {name} clashes with {owner}"
