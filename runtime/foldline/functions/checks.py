"""What can be wrong with one declared function in the service that runs it."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from inspect import isclass
from typing import Any

from marshmallow import Schema

from foldline.functions.definition import Command, Current, Projector, Query
from foldline.functions.parameters import parameter_problems
from foldline.functions.routes import COMMANDS, QUERIES, route_problems
from foldline.nearest import nearest

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,127}")
_NOT_FOR_COMMANDS = {
    "args": "only queries read the query string",
    "db": "a command reads entities, by their topic's name, and no tables",
    "event": "only projectors get events",
}
_NOT_FOR_QUERIES = {
    "body": "only commands read a body",
    "current": "only commands have it; take the topic by its name",
    "event": "only projectors get events",
    "now": "only commands have it; a query answers from state alone",
}


@dataclass(frozen=True, slots=True)
class Scope:
    """What the functions of a service can reach."""

    service: str
    folded: Collection[str]
    """The topics that the service folds."""
    known: Collection[str]
    """All topics that there are."""

    def not_folded(self) -> dict[str, str]:
        """Why the other topics cannot be read here."""
        why = f"service {self.service} does not fold it; add it to the service's topics in topics.yaml"
        return {topic: why for topic in self.known if topic not in self.folded}

    def topic_problems(self, topics: Iterable[str]) -> Iterator[str]:
        """Which of the topics the service's functions cannot be about."""
        not_folded = self.not_folded()
        for topic in topics:
            if topic in not_folded:
                yield f"topic {topic}: {not_folded[topic]}"
            elif topic not in self.known:
                yield f"there is no topic {topic}{nearest(topic, self.known)}"


def command_problems(command: Command, scope: Scope) -> Iterator[str]:
    """What is wrong with a command by itself."""
    variables = command.route.variables
    body = () if command.body is None else ("body",)
    yield from _name_problems(command.name)
    yield from scope.topic_problems([command.topic])
    yield from route_problems(command.route, COMMANDS, scope.known)
    yield from _schema_problems("body", command.body)
    if command.creates and command.route.method in COMMANDS - {"POST"}:
        yield f"its route has no <id>, so it creates, and that takes POST, not {command.route.method}"
    if command.creates and command.current is Current.REQUIRED:
        yield "parameter current: its route has no <id>, so it creates, and there is no entity yet; take it off"
    yield from parameter_problems(
        command.function,
        legal={*variables, *body, *scope.folded, "id", "current", "now"},
        required=[*(name for name in variables if name != "id"), *body],
        excluded=scope.not_folded() | _NOT_FOR_COMMANDS | _undeclared("body", body, "@command"),
    )


def query_problems(query: Query, scope: Scope) -> Iterator[str]:
    """What is wrong with a query by itself."""
    variables = query.route.variables
    args = () if query.args is None else ("args",)
    id_elsewhere = {} if "id" in variables else {"id": "its route has no <id>"}
    yield from _name_problems(query.name)
    yield from route_problems(query.route, QUERIES, scope.known)
    yield from _schema_problems("args", query.args)
    yield from parameter_problems(
        query.function,
        legal={*variables, *args, *scope.folded, "db"},
        required=[*variables, *args],
        excluded=scope.not_folded() | _NOT_FOR_QUERIES | id_elsewhere | _undeclared("args", args, "@query"),
    )


def projector_problems(projector: Projector, scope: Scope) -> Iterator[str]:
    """What is wrong with a projector by itself."""
    yield from _name_problems(projector.name)
    yield from scope.topic_problems(projector.topics)
    if not projector.topics:
        yield "it names no topics"
    if len({*projector.topics}) < len(projector.topics):
        yield "it names a topic twice"
    if type(projector.version) is not int or projector.version < 1:
        yield f"its version is {projector.version!r}; it is a whole number from 1"
    sees_only = "a projector sees its event and its own tables and nothing else, else a replay would differ"
    own = {"event", "db"}
    yield from parameter_problems(
        projector.function,
        legal=own,
        required=sorted(own),
        excluded=dict.fromkeys({*scope.known, "id", "current", "body", "args", "now"}, sees_only),
    )


def _name_problems(name: str) -> Iterator[str]:
    if _NAME.fullmatch(name) is None:
        yield f"its name {name!r} has other signs than letters, digits, dots, dashes and underscores"


def _schema_problems(option: str, schema: Any) -> Iterator[str]:
    if schema is not None and not (isclass(schema) and issubclass(schema, Schema)):
        yield f"{option}= is {schema!r}; it is a marshmallow Schema class"


def _undeclared(option: str, declared: Collection[str], decorator: str) -> dict[str, str]:
    return {} if declared else {option: f"its schema is not declared: {decorator}(..., {option}=SCHEMA)"}
