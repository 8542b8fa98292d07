"""The service's OpenAPI 3.1 document, made of what its functions declare."""

import re
from collections.abc import Callable
from inspect import cleandoc, getdoc
from typing import Any, get_origin, get_type_hints

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask, Response
from marshmallow import Schema

from foldline import jsontext
from foldline.functions.application import Application
from foldline.functions.definition import Command, Query
from foldline.http.answers import NO_STORE, json_text
from foldline.http.openapi_parts import (
    add_components,
    content,
    headers,
    path_variable,
    problems,
    schema_ref,
)
from foldline.http.openapi_service import service_paths

_VARIABLE = re.compile(r"<([^<>]*)>")
_ID = {"type": "string", "description": "The entity's id: 1 to 512 bytes; made by the service on creation."}


def install(app: Flask, document: dict[str, Any]) -> None:
    """Serve the document at /openapi.json."""
    text = jsontext.encode(document)

    def openapi() -> Response:
        """The document."""
        return json_text(text, [NO_STORE])

    app.add_url_rule("/openapi.json", "openapi", openapi)


def describe(application: Application, *, token: bool) -> dict[str, Any]:
    """The document; `token` says whether one is asked for."""
    marshmallow = MarshmallowPlugin()
    spec = APISpec(application.service.name, application.version, "3.1.0", plugins=[marshmallow])
    add_components(spec, token=token)
    for topic, loaded in application.topics.items():
        fields = marshmallow.converter.schema2jsonschema(loaded.schema)  # type: ignore[union-attr]  # the spec has set it
        spec.components.schema(f"entity.{topic}", _entity(loaded.schema, fields))
    for command in application.commands:
        _add(spec, command, _command(command), token=token)
    for query in application.queries:
        _add(spec, query, _query(query, application), token=token)
    for path, method, operation in service_paths(application.topics, token=token):
        spec.path(path, operations={method: _secured(operation, token=token)})
    return spec.to_dict()


def _entity(schema: type[Schema], fields: dict[str, Any]) -> dict[str, Any]:
    """An entity may hold more than a body may: its id, and what another version knows."""
    known = {name: value for name, value in fields.items() if name != "additionalProperties"}
    about = {"title": schema.__name__.removesuffix("Schema") or schema.__name__}
    if schema.__doc__:
        about["description"] = cleandoc(schema.__doc__)
    return {**about, **known, "properties": {"id": _ID} | fields["properties"]}


def _add(spec: APISpec, function: Command | Query, operation: dict[str, Any], *, token: bool) -> None:
    summary, _, description = (getdoc(function.function) or function.name).partition("\n")
    about = {
        "operationId": f"{type(function).__name__.lower()}.{function.name}",
        "summary": summary.rstrip("."),
        **({"description": description.strip()} if description else {}),
        "x-foldline-function": function.name,
    }
    path = _VARIABLE.sub(r"{\1}", function.route.path)
    spec.path(path, operations={function.route.method.lower(): _secured(about | operation, token=token)})


def _secured(operation: dict[str, Any], *, token: bool) -> dict[str, Any]:
    if not token or operation.get("security") == []:
        return operation
    return operation | {"security": [{"token": []}], "responses": operation["responses"] | problems("401")}


def _command(command: Command) -> dict[str, Any]:
    own = () if command.creates else ("404",)
    answer = {
        "description": "The entity was created." if command.creates else "The entity, durable and folded.",
        "headers": headers("ETag", "Log-Position", *(("Location",) if command.creates else ())),
        "content": content(schema_ref(f"entity.{command.topic}")),
    }
    body = {} if command.body is None else {"requestBody": {"required": True, "content": content(command.body)}}
    sent = ("Idempotency-Key", "If-Match", "Log-Position", "Prefer", "X-Request-Id", "Causation-Id", "traceparent")
    return {
        "tags": [command.topic],
        "x-foldline-topic": command.topic,
        "parameters": [*_variables(command), *sent],
        **body,
        "responses": {
            "201" if command.creates else "200": answer,
            **problems("400", "403", "409", *own, "412", "413", "414", "415", "422", "500", "503", "504"),
        },
    }


def _query(query: Query, application: Application) -> dict[str, Any]:
    topics = [name for name in query.parameters if name in application.topics]
    schema = _answer_schema(query, topics)
    answer = {
        "description": "As the state is now.",
        "headers": headers("ETag", "Log-Position", *(("Link",) if schema.get("type") == "array" else ())),
        "content": content(schema),
    }
    args = [] if query.args is None else [{"in": "query", "schema": query.args}]
    sent = ("If-None-Match", "Log-Position", "Prefer", "X-Request-Id")
    missing = ("404",) if query.route.variables else ()
    return {
        "tags": [query.name.partition(".")[0]],
        **({"x-foldline-topic": topics[0]} if len(topics) == 1 else {}),
        "parameters": [*_variables(query), *args, *sent],
        "responses": {
            "200": answer,
            "304": {"description": "It is still what If-None-Match names."},
            **problems("400", "409", *missing, "414", "422", "500", "503"),
        },
    }


def _answer_schema(query: Query, topics: list[str]) -> dict[str, Any]:
    """A query that reads one topic and nothing else gives its entities; what others give only they know."""
    simple = len(topics) == 1 and "db" not in query.parameters
    item: dict[str, Any] = schema_ref(f"entity.{topics[0]}") if simple else {"type": "object"}
    return {"type": "array", "items": item} if _gives_list(query.function) else item


def _gives_list(function: Callable[..., Any]) -> bool:
    try:
        given = get_type_hints(function).get("return")
    except NameError:  # an annotation that only a type checker can read
        return False
    kind = get_origin(given) or given
    return isinstance(kind, type) and issubclass(kind, list)


def _variables(function: Command | Query) -> list[dict[str, Any]]:
    return [path_variable(name, {"type": "string"}) for name in function.route.variables]
