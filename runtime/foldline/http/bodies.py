"""Read the JSON body of a request."""

from decimal import Decimal
from json import JSONDecoder
from typing import Any, NamedTuple

import orjson
from marshmallow import Schema
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from foldline.errors import Invalid, Malformed
from foldline.event import Entity
from foldline.http.answers import JSON
from foldline.http.environ import Environ
from foldline.http.validation import load

LONGEST = 1024 * 1024
"""Bytes."""

MAX_CONTENT_LENGTH = LONGEST + 1
"""Flask's setting. One more, for a chunked body is cut there without a word."""

DEEPEST = 64
LONGEST_NUMBER = 100

_NO_FIELDS = Schema()


class Body(NamedTuple):
    """A request's body."""

    sent: Any
    """As it was decoded."""
    loaded: Entity | None
    """What the schema made of it; None for a command without one."""


def read(schema: Schema | None, id: str | None, environ: Environ) -> Body:
    """The body of a request; `id` is the path's, which the body may repeat.

    Raises Malformed where it is no JSON, UnsupportedMediaType where it does not say that it is, RequestEntityTooLarge,
    and Invalid. A command without a schema takes no field.
    """
    data = _bytes(environ)
    if not data:
        if schema is not None:
            raise Malformed("a JSON body is needed")
        return Body(None, None)
    if not _is_json(environ):
        raise UnsupportedMediaType("The body must be JSON: send Content-Type: application/json.")
    sent = decode(data)
    loaded = load(schema or _NO_FIELDS, _without_repeated_id(sent, id))
    return Body(sent, None if schema is None else loaded)


def _bytes(environ: Environ) -> bytes:
    """As many as were announced or, where they come in chunks, all to their end."""
    announced = environ.get("CONTENT_LENGTH")
    least = int(announced) if announced else 0
    if least > LONGEST:
        raise RequestEntityTooLarge
    length = LONGEST + 1 if not announced and environ.get("wsgi.input_terminated") else least
    data: bytes = environ["wsgi.input"].read(length) if length else b""
    if len(data) > LONGEST:
        raise RequestEntityTooLarge
    if len(data) < least:
        raise Malformed("the body ended before its announced length")
    return data


def _is_json(environ: Environ) -> bool:
    kind: str = environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
    return kind == JSON or (kind.startswith("application/") and kind.endswith("+json"))


def decode(data: bytes) -> Any:
    """Parse JSON: strictly, no deeper than 64, no number beyond 100 characters, no name twice. Raises Malformed."""
    try:
        shape = orjson.loads(data)
        if data.count(b"{") + data.count(b"[") > DEEPEST and _depth(shape) > DEEPEST:
            raise Malformed(f"the body is nested deeper than {DEEPEST}")
        return _decode(data.decode())
    except ValueError as error:
        raise Malformed(f"the body is not JSON: {error}") from None


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while level := [item for item in level if isinstance(item, dict | list)]:
        depth += 1
        level = [inner for item in level for inner in (item.values() if isinstance(item, dict) else item)]
    return depth


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Malformed(f"the body has the name {twice!r} twice in one object")
    return fields


def _fraction(text: str) -> Decimal:
    return Decimal(_bounded(text))


def _whole(text: str) -> int:
    return int(_bounded(text))


def _bounded(text: str) -> str:
    if len(text) > LONGEST_NUMBER:
        raise Malformed(f"the body has a number of more than {LONGEST_NUMBER} characters")
    return text


_decode = JSONDecoder(object_pairs_hook=_object, parse_float=_fraction, parse_int=_whole).decode


def _without_repeated_id(sent: Any, id: str | None) -> Any:
    if id is None or not isinstance(sent, dict) or "id" not in sent:
        return sent
    if sent["id"] != id:
        raise Invalid({"id": [f"The path says {id}; leave it out, or send the same."]})
    return {name: value for name, value in sent.items() if name != "id"}
