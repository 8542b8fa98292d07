"""Each request has an id, one log line and one observation."""

from collections.abc import Mapping
from time import perf_counter
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
        method, status, headers = environ["REQUEST_METHOD"], response.status_code, response.headers
        function = self._functions.get(endpoint, endpoint)
        seconds = perf_counter() - environ[_STARTED]
        self._metrics.observe(function, method, status, seconds)
        (self._log.debug if endpoint in _QUIET else self._log.info)(
            "request",
            method=method,
            path=request.path,
            function=function,
            entity=variables["id"] if variables and "id" in variables else _created(status, headers),
            position=headers.get("Log-Position"),
            status=status,
            ms=round(seconds * 1000, 2),
        )
        headers["X-Request-Id"] = trace.request_id(environ)
        unbind_contextvars("request_id")
        return response


def _created(status: int, headers: Headers) -> str | None:
    """The id of the entity that was created."""
    return unquote(headers["Location"].rpartition("/")[2]) if status == 201 and "Location" in headers else None
