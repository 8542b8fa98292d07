"""Call a function of a running service over HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from marshmallow import RAISE, Schema

from foldline import jsontext
from foldline.admin.catalogue import Found
from foldline.admin.services import Question, Services
from foldline.client.transport import Answer
from foldline.client.values import query_text
from foldline.errors import Malformed
from foldline.functions.definition import Command, Projector, Query
from foldline.nearest import nearest


@dataclass(frozen=True, slots=True)
class Invocation:
    """What a function is called with."""

    variables: Mapping[str, str] = field(default_factory=dict)
    """The path's."""
    fields: Mapping[str, Any] | None = None
    """A command's body or a query's query string; None: nothing was given."""
    headers: Mapping[str, str] = field(default_factory=dict)


def invoke(services: Services, found: Found, given: Invocation, timeout: float) -> Answer:
    """Call it, and give what is answered.

    Raises Malformed before anything is sent where something is missing or misspelt, and else the error that the service
    answers, or ConnectionFailed.
    """
    function = found.function
    if isinstance(function, Projector):
        raise Malformed(f"{function.name} is a projector: it gets events, and cannot be called")
    fields = given.fields or {}
    schema = function.body if isinstance(function, Command) else function.args
    _check_fields(function.name, fields, schema, function.route.variables)
    question = Question(
        found.application.service.name,
        _path(function, given.variables),
        function.route.method,
        headers=given.headers,
    )
    if isinstance(function, Query):
        question = question._replace(query={name: query_text(value) for name, value in fields.items()})
    elif schema is not None:
        question = question._replace(body=jsontext.encode(fields))
    return services.ask(question, timeout)


def _path(function: Command | Query, variables: Mapping[str, str]) -> str:
    path, known = function.route.path, function.route.variables
    for name in variables:
        if name not in known:
            raise Malformed(f"the route of {function.name} is {path}: it has no <{name}>{nearest(name, known)}")
    for name in known:
        if not (value := variables.get(name)):
            how = "--id ID" if name == "id" else f"--path {name}=..."
            raise Malformed(f"{function.name} is at {path}: say {how}")
        path = path.replace(f"<{name}>", quote(value, safe=""))
    return path


def _check_fields(
    name: str, fields: Mapping[str, Any], schema: type[Schema] | None, variables: tuple[str, ...]
) -> None:
    """Raise Malformed for fields that the service would refuse for their names alone."""
    if schema is None:
        if fields:
            raise Malformed(f"{name} takes no fields, but {', '.join(fields)} came")
        return
    made = schema()
    known = {field.data_key or own for own, field in made.load_fields.items()}
    for field_name in fields:
        if made.unknown == RAISE and field_name not in known | set(variables):
            raise Malformed(f"{name} takes no {field_name}{nearest(field_name, known)}")
