"""What the OpenAPI document says of the routes that every service has."""

from collections.abc import Iterable, Iterator
from typing import Any

from foldline.history import PLACE
from foldline.http.admin import LAST_NUMBER, NumberedArgs
from foldline.http.openapi_parts import content, headers, path_variable, problems

_OBJECT = {"type": "object"}
_LIST = {"type": "array", "items": _OBJECT}

_SIGN_IN = {
    "requestBody": {
        "content": content(
            {"type": "object", "properties": {"token": {"type": "string"}, "next": {"type": "string"}}},
            "application/x-www-form-urlencoded",
        )
    },
    "responses": {
        "303": {"description": "Signed in; on to the path `next`."},
        "401": {"description": "That is not the token.", "content": content({"type": "string"}, "text/html")},
    },
}


def service_paths(topics: Iterable[str], *, token: bool) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Path, method and operation of each."""
    for topic in topics:
        yield f"/{topic}/{{id}}/history", "get", _history(topic)
    yield "/livez", "get", _open("Whether the process lives", _read(_OBJECT))
    yield "/readyz", "get", _open("Whether the service may be sent requests", _read(_OBJECT, "503"))
    yield "/metrics", "get", _about("Metrics for Prometheus", _read({"type": "string"}, media_type="text/plain"))
    yield "/openapi.json", "get", _about("This document, for machines", _read(_OBJECT))
    yield "/asyncapi.json", "get", _about("What is said through /ws, for machines", _read(_OBJECT))
    yield "/docs", "get", _about("This document, for people", _read({"type": "string"}, media_type="text/html"))
    if token:
        yield "/sign-in", "post", _open("Keep the token in a cookie, for a page", _SIGN_IN)
    yield "/-/status", "get", _operators("The service at this moment", _read(_OBJECT))
    for path, what in (("/-/dead-letters", "Dead letters"), ("/-/parked", "Parked events")):
        yield path, "get", _operators(f"{what}, by number", _numbered())
        yield f"{path}/{{number}}/discard", "post", _operators(f"{what}: discard one", _action())
    yield "/-/parked/{number}/retry", "post", _operators("Parked events: apply one again", _action())


def _history(topic: str) -> dict[str, Any]:
    schema = {
        "type": "object",
        "properties": {
            "events": _LIST,
            "end": {
                "type": "string",
                "enum": ["limit", "start", "compacted", "foreign"],
                "description": "Why it ends here; limit: it goes on, see Link.",
            },
        },
    }
    return {
        "summary": "What happened to an entity, newest first",
        "tags": [topic],
        "x-foldline-topic": topic,
        "parameters": [
            path_variable("id", {"type": "string"}),
            {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 1000}},
            {"name": "after", "in": "query", "schema": {"type": "string", "pattern": f"^{PLACE}$"}},
            "Log-Position",
            "Prefer",
        ],
        **_paged(_read(schema, "400", "404", "409", "414", "422", "503")),
    }


def _numbered() -> dict[str, Any]:
    return {"parameters": [{"in": "query", "schema": NumberedArgs}], **_paged(_read(_LIST, "400", "414", "422"))}


def _action() -> dict[str, Any]:
    """The body is empty; that it is declared as JSON is what is asked for."""
    done = {"204": {"description": "Done."}}
    return {
        "parameters": [path_variable("number", {"type": "integer", "minimum": 0, "maximum": LAST_NUMBER})],
        "requestBody": {"required": True, "content": content({"type": "object", "maxProperties": 0})},
        "responses": {**done, **problems("400", "403", "404", "414", "415", "422")},
    }


def _read(schema: Any, *statuses: str, media_type: str = "application/json") -> dict[str, Any]:
    found = {"description": "As of now.", "content": content(schema, media_type)}
    return {"responses": {"200": found, **problems(*statuses)}}


def _paged(operation: dict[str, Any]) -> dict[str, Any]:
    operation["responses"]["200"]["headers"] = headers("Link")
    return operation


def _about(summary: str, operation: dict[str, Any]) -> dict[str, Any]:
    return {"summary": summary, "tags": ["service"], **operation}


def _open(summary: str, operation: dict[str, Any]) -> dict[str, Any]:
    """Asks for no token."""
    return {**_about(summary, operation), "security": []}


def _operators(summary: str, operation: dict[str, Any]) -> dict[str, Any]:
    return {"summary": summary, "tags": ["operators"], **operation}
