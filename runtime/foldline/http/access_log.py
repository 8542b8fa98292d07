"""Each request has an id, one log line and one observation."""

from collections.abc import Mapping
from time import perf_counter
from typing import Any
from urllib.parse import unquote

import structlog
from flask import Flask, Response, g, request
from structlog.contextvars import bind_contextvars, unbind_contextvars

from foldline.http.metrics import Metrics
from foldline.http.trace import request_id

_QUIET = frozenset({"livez", "readyz", "metrics"})
"""Asked every few seconds, for ever."""


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
        g.started = perf_counter()
        g.request_id = request_id(request.environ)
        bind_contextvars(request_id=g.request_id)

    def _end(self, response: Response) -> Response:
        seconds = perf_counter() - g.started
        endpoint = request.endpoint or "none"
        function = self._functions.get(endpoint, endpoint)
        response.headers["X-Request-Id"] = g.request_id
        self._metrics.observe(function, request.method, response.status_code, seconds)
        (self._log.debug if endpoint in _QUIET else self._log.info)(
            "request",
            method=request.method,
            path=request.path,
            function=function,
            entity=_entity(response),
            position=response.headers.get("Log-Position"),
            status=response.status_code,
            ms=round(seconds * 1000, 2),
        )
        unbind_contextvars("request_id")
        return response


def _entity(response: Response) -> Any:
    """The id of the entity that was asked for, or created."""
    if request.view_args and "id" in request.view_args:
        return request.view_args["id"]
    created = response.headers.get("Location")
    return unquote(created.rpartition("/")[2]) if created else None
