"""Each request has an id, one log line and one observation."""

from collections.abc import Mapping
from time import perf_counter
from typing import NamedTuple
from urllib.parse import unquote

import structlog
from flask import Flask, Response, request
from structlog.contextvars import bind_contextvars, unbind_contextvars
from werkzeug.datastructures import Headers

from foldline.http import trace
from foldline.http.metrics import Metrics

_QUIET = frozenset({"livez", "readyz", "metrics"})
"""Asked every few seconds, for ever."""

_STARTED = "foldline.started"


class AccessLog:
    """Goes first when a request comes in, and last when its answer goes out."""

    def __init__(self, functions: Mapping[str, str], metrics: Metrics) -> None:
        """`functions` gives the function's name by endpoint."""
        self._functions = functions
        self._metrics = metrics
        self._log = structlog.get_logger()

    def install(self, app: Flask) -> None:
        """Follow every request of the application."""
        app.before_request(self._begin)
        app.after_request(self._end)

    def _begin(self) -> None:
        environ = request.environ
        environ[_STARTED] = perf_counter()
        bind_contextvars(request_id=trace.begin(environ))

    def _end(self, response: Response) -> Response:
        environ, endpoint, variables = request.environ, request.endpoint or "none", request.view_args
        status, headers = response.status_code, response.headers
        answered = Answered(
            environ["REQUEST_METHOD"],
            request.path,
            self._functions.get(endpoint, endpoint),
            variables["id"] if variables and "id" in variables else _created(status, headers),
            headers.get("Log-Position"),
            status,
        )
        self.note(answered, perf_counter() - environ[_STARTED], quiet=endpoint in _QUIET)
        headers["X-Request-Id"] = trace.request_id(environ)
        unbind_contextvars("request_id")
        return response

    def note(self, answered: "Answered", seconds: float, *, quiet: bool = False, **fields: str) -> None:
        """Log one answer, and count it; `quiet` where it is asked for every few seconds, for ever."""
        self._metrics.observe(answered.function, answered.method, answered.status, seconds)
        log = self._log.debug if quiet else self._log.info
        log("request", **answered._asdict(), ms=round(seconds * 1000, 2), **fields)


class Answered(NamedTuple):
    """What is logged of a request and its answer."""

    method: str
    path: str
    function: str
    entity: str | None
    position: str | None
    status: int


def _created(status: int, headers: Headers) -> str | None:
    """The id of the entity that was created."""
    return unquote(headers["Location"].rpartition("/")[2]) if status == 201 and "Location" in headers else None
