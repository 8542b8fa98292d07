"""Functions are answered on a short way, past Flask's routing and its request and response objects.

Those cost more than a function's own work. Flask has the same routes, for all that is not plain: pages of other sites,
sockets, HEAD and OPTIONS, paths beyond ASCII; and it answers errors that were not raised on purpose.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, request
from werkzeug.routing import Map

from foldline.http.access_log import AccessLog, Answered, created_id
from foldline.http.answers import Reply, finished
from foldline.http.environ import Environ
from foldline.http.problems import reply_to
from foldline.http.routes import View

Wsgi = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

_ERROR = "foldline.error"
_STATUS = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


class ShortWay:
    """A WSGI application in front of Flask's."""

    def __init__(self, flask: Wsgi, table: "Table", log: AccessLog) -> None:
        self._flask = flask
        self._table = table
        self._log = log

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer, or let Flask answer."""
        found = None if "HTTP_ORIGIN" in environ or "HTTP_UPGRADE" in environ else self._table.find(environ)
        if found is None:
            return self._flask(environ, start_response)
        view, variables = found
        request_id = self._log.begin(environ)
        try:
            reply = view.answer(environ, variables)
        except Exception as error:
            told = reply_to(error, request_id)
            if told is None:
                environ[_ERROR] = error
                return self._flask(environ, start_response)
            reply = told
        start_response(_STATUS[reply.status], [*reply.headers, ("X-Request-Id", request_id)])
        self._log.end(environ, _answered(environ, view, variables, reply))
        return [reply.body]


class Table:
    """Which view a plain request is for: what Flask's own map says, as look-ups."""

    def __init__(self, routes: Map, views: Mapping[str, View]) -> None:
        """`views` by endpoint; what has no view here is Flask's."""
        self._fixed: dict[str, View | None] = {}
        self._patterns: dict[str, list[tuple[re.Pattern[str], View | None]]] = defaultdict(list)
        """By what they begin with, the most fixed first."""
        for rule in sorted(routes.iter_rules(), key=lambda rule: _fixed_first(rule.rule)):
            for method in sorted(rule.methods or ()):
                view = views.get(rule.endpoint)
                view = view if view is not None and view.function.route.method == method else None
                target = f"{method} {rule.rule}"
                if "<" not in rule.rule:
                    self._fixed[target] = view
                else:
                    fixed, varying = _beginnings(target)
                    self._patterns[varying if "<" in fixed else fixed].append((_pattern(method, rule.rule), view))

    def find(self, environ: Environ) -> tuple[View, dict[str, str]] | None:
        """The view, and the path's variables; None: a request for Flask."""
        target = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
        if target in self._fixed:
            view = self._fixed[target]
            return None if view is None else (view, {})
        if target.isascii():
            for beginning in _beginnings(target):
                for pattern, view in self._patterns.get(beginning, ()):
                    if match := pattern.fullmatch(target):
                        return None if view is None else (view, match.groupdict())
        return None


def install(app: Flask, views: Mapping[str, View]) -> None:
    """Give Flask the functions' routes, too."""
    for endpoint, view in views.items():
        route = view.function.route
        app.add_url_rule(route.path, endpoint, _flask_view(view), methods=[route.method])


def _flask_view(view: View) -> Callable[..., Response]:
    def answer(**variables: str) -> Response:
        error = request.environ.pop(_ERROR, None)
        if error is not None:
            raise error
        return finished(view.answer(request.environ, variables))

    answer.__doc__ = view.function.function.__doc__
    return answer


def _pattern(method: str, path: str) -> re.Pattern[str]:
    parts = re.split(r"<(?:(path):)?(?:[a-z]+:)?(\w+)>", path)
    text = re.escape(parts[0])
    for kind, name, rest in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        text += f"(?P<{name}>{'.+' if kind else '[^/]+'})" + re.escape(rest)
    return re.compile(f"{method} {text}")


def _beginnings(target: str) -> tuple[str, str]:
    """Method and first segment, and the method alone: for a path that begins with a variable."""
    method, _, path = target.partition("/")
    return method + path.partition("/")[0], method


def _fixed_first(path: str) -> list[bool]:
    """Sorts a path with something fixed before one with a variable in its place, as Flask does."""
    return ["<" in segment for segment in path.split("/")]


def _answered(environ: Environ, view: View, variables: Mapping[str, str], reply: Reply) -> Answered:
    entity = variables.get("id") or created_id(reply.header("Location"))
    return Answered(
        environ["REQUEST_METHOD"],
        environ["PATH_INFO"],
        view.function.name,
        entity,
        reply.header("Log-Position"),
        reply.status,
    )
