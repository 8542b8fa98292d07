"""Replies, and Flask's responses of JSON."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import werkzeug.datastructures
from flask import Response

from foldline import jsontext

JSON = "application/json"

NO_STORE = ("Cache-Control", "no-store")
"""For answers that are true of one moment only."""

REVALIDATE = ("Cache-Control", "no-cache")
"""For answers with an ETag: they may be kept, and are asked for again with If-None-Match."""

Headers = Iterable[tuple[str, str]]


class Reply(NamedTuple):
    """What is answered to a request."""

    status: int
    headers: list[tuple[str, str]]
    """All of them, as they are to be sent."""
    body: bytes

    @classmethod
    def of(cls, status: int, headers: Headers, kind: str, body: bytes) -> "Reply":
        """With a body of a content type, whose headers are added."""
        return cls(status, [*headers, ("Content-Type", kind), ("Content-Length", str(len(body)))], body)

    def header(self, name: str) -> str | None:
        """The value of a header, spelled as it was made."""
        return next((value for header, value in self.headers if header == name), None)


class _Finished(Response):
    """A response whose headers are as they are to be sent: werkzeug need not go through them once more."""

    def get_wsgi_headers(self, environ: Mapping[str, Any]) -> werkzeug.datastructures.Headers:  # noqa: ARG002
        return self.headers


def nothing(status: int, headers: Headers) -> Response:
    """Answer without a body."""
    answer = Response(status=status, headers=list(headers))
    del answer.headers["Content-Type"]
    return answer


def finished(reply: Reply) -> Response:
    """Answer with headers that are all made, `Content-Type` and `Content-Length` among them."""
    answer = _Finished(reply.body, reply.status)
    answer.headers.clear()
    answer.headers.extend(reply.headers)
    return answer


def json_text(text: bytes, headers: Headers, status: int = 200) -> Response:
    """Answer JSON text as it stands."""
    return finished(Reply.of(status, headers, JSON, text))


def json_value(value: Any, headers: Headers = (NO_STORE,), status: int = 200) -> Response:
    """Answer a value as JSON; raises TypeError for what JSON cannot hold."""
    return json_text(jsontext.encode(value), headers, status)
