"""The components of the OpenAPI document: the same in every service, whatever its functions are."""

from typing import Any

from apispec import APISpec

from foldline.event import POSITION
from foldline.http import bodies, positions
from foldline.http.answers import JSON
from foldline.http.problems import PROBLEM

_TEXT = {"type": "string"}

_PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "What went wrong (RFC 9457).",
    "required": ["type", "title", "status", "detail", "requestId"],
    "properties": {
        "type": {"type": "string", "format": "uri", "description": "Which problem it is: urn:foldline:problem:..."},
        "title": {"type": "string", "description": "The same for every problem of the type."},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong with this request, and what to do."},
        "requestId": {"type": "string", "description": "Finds the request in the service's log."},
        "errors": {"type": "object", "description": "What is wrong, by field."},
        "id": {"type": "string", "description": "The id that was not found."},
        "message": {"type": "string", "description": "What was not found."},
    },
}

_HEADERS = {
    "ETag": 'Strong, like "42", for an entity as it is stored; weak for anything else.',
    "Log-Position": "Where the log was. Send it along to read what was written here, or later.",
    "Location": "Path of the entity that was created.",
    "Link": 'The next page, with rel="next"; none on the last.',
}

_TAG = r'(W/)?"[\x21\x23-\x7e]*"'
_TAGS = {"type": "string", "pattern": rf"^(\*|{_TAG}(, *{_TAG})*)$", "examples": ['"42"']}
_POSITIONS = {
    "type": "string",
    "pattern": f"^{POSITION}(, *{POSITION})*$",
    "examples": ["eventbus.products-0@42, eventbus.products-1@7"],
}

_PARAMETERS: dict[str, tuple[str, dict[str, Any]]] = {
    "If-Match": ('Write only if the entity has one of these ETags, like "42"; *: only if there is one.', _TAGS),
    "If-None-Match": ("Answer 304 if the ETag is one of these.", _TAGS),
    "Idempotency-Key": (
        "A write that is sent again with the same key is done once. Visible ASCII.",
        {"type": "string", "pattern": "^[\\x21-\\x7e]{1,255}$"},
    ),
    "Log-Position": ("Answer once the state has passed these positions, like eventbus.products-0@42.", _POSITIONS),
    "Prefer": (
        f"wait=N: wait N seconds for the positions, at most {positions.LONGEST_WAIT:g}. "
        f"Without it: {positions.DEFAULT_WAIT:g}.",
        _TEXT,
    ),
    "X-Request-Id": ("The request's id in the log and in the event; made where there is none.", _TEXT),
    "Causation-Id": ("The id of what caused this, for the event.", _TEXT),
    "traceparent": ("The W3C trace that this belongs to, for the event.", _TEXT),
}

_PROBLEMS = {
    "400": "The request cannot be read.",
    "401": "The bearer token is missing or wrong.",
    "403": "A page of another origin may not write.",
    "404": "There is no such thing.",
    "409": "An entity with this id exists, or existed; or the log does not go as far as Log-Position.",
    "412": "The entity is no longer the one that If-Match names; ETag says which one it is.",
    "413": f"The body is longer than {bodies.LONGEST} bytes.",
    "414": "The path and its query are longer than the server reads.",
    "415": "The body is not JSON.",
    "422": "The fields are not valid, or the request was refused.",
    "500": "This version cannot read the entity, or something went wrong.",
    "503": "Not now, and nothing was written; try again.",
    "504": "Whether it was written was not seen; send it again with the same Idempotency-Key.",
}

_BY_THE_SERVER = "414"
"""What gunicorn answers by itself, in words of its own."""


def add_components(spec: APISpec, *, token: bool) -> None:
    """Add what `header`, `parameters` and `problems` refer to."""
    spec.components.schema("Problem", _PROBLEM_SCHEMA)
    for name, meaning in _HEADERS.items():
        spec.components.header(name, {"description": meaning, "schema": _TEXT})
    for name, (meaning, schema) in _PARAMETERS.items():
        spec.components.parameter(name, "header", {"name": name, "description": meaning, "schema": schema})
    for status, meaning in _PROBLEMS.items():
        answer = content(_TEXT, "text/html") if status == _BY_THE_SERVER else content(schema_ref("Problem"), PROBLEM)
        spec.components.response(status, {"description": meaning, "content": answer})
    if token:
        spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})


def schema_ref(name: str) -> dict[str, str]:
    """A schema of the components."""
    return {"$ref": f"#/components/schemas/{name}"}


def headers(*names: str) -> dict[str, dict[str, str]]:
    """Response headers, by name."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def problems(*statuses: str) -> dict[str, dict[str, str]]:
    """Responses that are problems, by status."""
    return {status: {"$ref": f"#/components/responses/{status}"} for status in statuses}


def content(schema: Any, media_type: str = JSON) -> dict[str, Any]:
    """A body of this schema."""
    return {media_type: {"schema": schema}}


def path_variable(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """A variable of the path."""
    return {"name": name, "in": "path", "required": True, "schema": schema}
