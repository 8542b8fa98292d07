"""The service's AsyncAPI 3.0 document: what is said through `/ws`."""

from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask, Response

from foldline import jsontext
from foldline.functions.application import Application
from foldline.http.answers import NO_STORE, json_text
from foldline.http.openapi_parts import schema_ref
from foldline.sockets.channel import LONGEST_MESSAGE
from foldline.sockets.subscription import SubscribeFields

_TEXT = {"type": "string"}
_POSITION = {"type": "string", "examples": ["eventbus.products-0@42"]}
_POSITIONS = {"type": "array", "items": _POSITION}

_RESTARTS = {
    "ready": "Said first. Positions: the last of each partition that the state holds.",
    "gap": "This client was too slow, and was not told what came up to these positions. Ask for what is shown again.",
    "reset": "What was missed up to these positions is no longer kept. Ask for everything again.",
}


def install(app: Flask, document: dict[str, Any]) -> None:
    """Serve the document at /asyncapi.json."""
    text = jsontext.encode(document)

    def asyncapi() -> Response:
        """The document."""
        return json_text(text, [NO_STORE])

    app.add_url_rule("/asyncapi.json", "asyncapi", asyncapi)


def describe(application: Application, openapi: dict[str, Any]) -> dict[str, Any]:
    """The document; the entities are described as in the service's OpenAPI document."""
    events = {f"event.{topic}": _event(topic) for topic in application.topics}
    said = events | {name: _restart(name, meaning) for name, meaning in _RESTARTS.items()}
    messages = said | {"subscribe": _subscribe()}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": application.service.name,
            "version": application.version,
            "description": "Every change of the service's topics, once the service's own answers show it.",
        },
        "defaultContentType": "application/json",
        "channels": {
            "changes": {
                "address": "/ws",
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
                "bindings": {"ws": {"method": "GET"}},
            }
        },
        "operations": {
            "tell": _operation("send", "Tell what changes.", said),
            "subscribe": _operation("receive", "Say what is wanted, and what was seen of it.", {"subscribe": None}),
        },
        "components": {
            "messages": messages,
            "schemas": {name: schema for name, schema in openapi["components"]["schemas"].items() if name != "Problem"},
        },
    }


def _operation(action: str, summary: str, messages: dict[str, Any]) -> dict[str, Any]:
    return {
        "action": action,
        "summary": summary,
        "channel": {"$ref": "#/channels/changes"},
        "messages": [{"$ref": f"#/channels/changes/messages/{name}"} for name in messages],
    }


def _event(topic: str) -> dict[str, Any]:
    entity = {
        "anyOf": [schema_ref(f"entity.{topic}"), {"type": "null"}],
        "description": "As it is now, or was before it was removed; null where this version cannot read it.",
    }
    return _message(
        "event",
        f"Something happened to an entity of {topic}.",
        {
            "topic": {"const": topic},
            "id": _TEXT,
            "position": _POSITION,
            "function": {"type": ["string", "null"], "description": "What wrote it; null where that is not known."},
            "time": {"type": "string", "format": "date-time"},
            "removed": {"type": "boolean"},
            "entity": entity,
            "headers": {"type": "object", "additionalProperties": _TEXT, "description": "Those of the record."},
        },
    )


def _restart(name: str, meaning: str) -> dict[str, Any]:
    service = {"service": _TEXT} if name == "ready" else {}
    return _message(name, meaning, service | {"positions": _POSITIONS})


def _message(kind: str, summary: str, fields: dict[str, Any]) -> dict[str, Any]:
    properties = {"type": {"const": kind}} | fields
    payload = {"type": "object", "required": [*properties], "properties": properties}
    return {"summary": summary, "payload": payload}


def _subscribe() -> dict[str, Any]:
    marshmallow = MarshmallowPlugin()
    APISpec("", "", "3.1.0", plugins=[marshmallow])  # which gives the plugin its converter
    payload = marshmallow.converter.schema2jsonschema(SubscribeFields)  # type: ignore[union-attr]
    summary = f"What a client wants; at most {LONGEST_MESSAGE} bytes. Who says nothing is told everything from now on."
    return {"summary": summary, "payload": payload}
