"""Responses of JSON."""

from collections.abc import Iterable, Mapping
from typing import Any

import werkzeug.datastructures
from flask import Response

from foldline import jsontext

JSON = "application/json"

NO_STORE = ("Cache-Control", "no-store")
"""For answers that are true of one moment only."""

REVALIDATE = ("Cache-Control", "no-cache")
"""For answers with an ETag: they may be kept, and are asked for again with If-None-Match."""

Headers = Iterable[tuple[str, str]]


class _Finished(Response):
    """A response whose headers are as they are to be sent: werkzeug need not go through them once more."""

    def get_wsgi_headers(self, environ: Mapping[str, Any]) -> werkzeug.datastructures.Headers:  # noqa: ARG002
        return self.headers


def nothing(status: int, headers: Headers) -> Response:
    """Answer without a body."""
    answer = Response(status=status, headers=list(headers))
    del answer.headers["Content-Type"]
    return answer


def finished(status: int, headers: Headers, body: bytes) -> Response:
    """Answer with headers that are all made, `Content-Type` and `Content-Length` among them."""
    answer = _Finished(body, status)
    answer.headers.clear()
    answer.headers.extend(headers)
    return answer


def json_text(text: bytes, headers: Headers, status: int = 200) -> Response:
    """Answer JSON text as it stands."""
    return finished(status, [*headers, ("Content-Type", JSON), ("Content-Length", str(len(text)))], text)


def json_value(value: Any, headers: Headers = (NO_STORE,), status: int = 200) -> Response:
    """Answer a value as JSON; raises TypeError for what JSON cannot hold."""
    return json_text(jsontext.encode(value), headers, status)
