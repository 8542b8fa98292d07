"""Routes: what they may look like, and which cannot stand side by side."""

import keyword
import re
from collections.abc import Collection, Iterable, Iterator

from foldline.functions.definition import Route
from foldline.nearest import nearest
from foldline.topology.names import RESERVED

COMMANDS = frozenset({"POST", "PUT", "PATCH", "DELETE"})
QUERIES = frozenset({"GET"})

_SEGMENT = re.compile(r"[A-Za-z0-9._~-]+|<[A-Za-z_][A-Za-z0-9_]*>")
_VARIABLE = re.compile(r"<[^<>]*>")
_RUNTIME = frozenset({"-", "livez", "readyz", "metrics", "docs", "ws", "openapi.json", "asyncapi.json"})
"""First segments of the routes that every service has."""


def route_problems(route: Route, methods: Collection[str], topics: Collection[str]) -> Iterator[str]:
    """What is wrong with a route by itself, where these topics have names of their own."""
    if route.method not in methods:
        yield f"its route begins with {route.method or 'nothing'}{nearest(route.method, methods)}"
    yield from _path_problems(route, topics)
    yield from _variable_problems(route.variables, topics)


def shape(route: Route) -> str:
    """The same for two routes that match the same requests."""
    return f"{route.method} {_VARIABLE.sub('<>', route.path)}"


def _path_problems(route: Route, topics: Collection[str]) -> Iterator[str]:
    if not route.path.startswith("/") or route.path == "/":
        yield f"its path is {route.path!r}; one looks like /products/<id>"
        return
    segments = route.path[1:].split("/")
    for segment in segments:
        if _SEGMENT.fullmatch(segment) is None:
            yield f"its path has {segment!r} between slashes; there may be letters, digits, . _ ~ - or one <name>"
    if segments[0] in _RUNTIME:
        yield f"its path begins with /{segments[0]}, which is the runtime's own"
    if route.method == "GET" and len(segments) == 3 and segments[0] in topics and segments[2] == "history":
        yield f"/{segments[0]}/<id>/history is the runtime's own"


def _variable_problems(variables: Iterable[str], topics: Collection[str]) -> Iterator[str]:
    seen = set()
    for name in variables:
        if name in seen:
            yield f"its path has <{name}> twice"
        if keyword.iskeyword(name) or name in topics or name in RESERVED - {"id"}:
            yield f"its path has <{name}>, a name that means something else as a parameter; choose another"
        seen.add(name)
