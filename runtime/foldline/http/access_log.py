"""Each request has an id, one log line and one observation."""

from collections.abc import Mapping
from time import perf_counter
from typing import NamedTuple
from urllib.parse import unquote

import structlog
from flask import Flask, Response, request
from structlog.contextvars import bind_contextvars, unbind_contextvars

from foldline import logs
from foldline.http import trace
from foldline.http.environ import Environ
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
        self._info = logs.info_writer()
        self._debug = structlog.get_logger().debug

    def install(self, app: Flask) -> None:
        """Follow every request of the application."""
        app.before_request(self._begin)
        app.after_request(self._end)

    def begin(self, environ: Environ) -> str:
        """A request has come; gives its id. Once begun, it goes on."""
        environ.setdefault(_STARTED, perf_counter())
        return trace.begin(environ)

    def end(self, environ: Environ, answered: "Answered", *, quiet: bool = False) -> None:
        """Log its answer, and count it; `quiet` where it is asked for every few seconds, for ever."""
        seconds = perf_counter() - environ[_STARTED]
        self._metrics.observe(answered.function, answered.method, answered.status, seconds)
        write = self._debug if quiet else self._info
        write("request", **answered._asdict(), ms=round(seconds * 1000, 2), request_id=trace.request_id(environ))

    def _begin(self) -> None:
        bind_contextvars(request_id=self.begin(request.environ))

    def _end(self, response: Response) -> Response:
        environ, endpoint, variables = request.environ, request.endpoint or "none", request.view_args
        status, headers = response.status_code, response.headers
        answered = Answered(
            environ["REQUEST_METHOD"],
            request.path,
            self._functions.get(endpoint, endpoint),
            variables["id"]
            if variables and "id" in variables
            else created_id(headers.get("Location") if status == 201 else None),
            headers.get("Log-Position"),
            status,
        )
        self.end(environ, answered, quiet=endpoint in _QUIET)
        headers["X-Request-Id"] = trace.request_id(environ)
        unbind_contextvars("request_id")
        return response


class Answered(NamedTuple):
    """What is logged of a request and its answer."""

    method: str
    path: str
    function: str
    entity: str | None
    position: str | None
    status: int


def created_id(location: str | None) -> str | None:
    """The id of the entity that was created at a path; None: none was."""
    return None if location is None else unquote(location.rpartition("/")[2])
