"""The request that is asked most, on a short way: one entity by its id.

`GET /products/<id>` with no condition and no wish needs a lookup and its JSON. Flask's routing and its request and
response objects cost more than that, so such a request is answered before it comes to them: by the same query, with the
same headers and the same line in the log. Whatever is not as plain, and every error, takes Flask's way.
"""

from collections.abc import Callable, Iterable
from time import perf_counter
from typing import Any

from foldline import jsontext
from foldline.errors import FoldlineError
from foldline.functions.application import Application
from foldline.functions.definition import Query
from foldline.functions.ports import Stored
from foldline.http import trace
from foldline.http.access_log import AccessLog, Answered
from foldline.http.answers import REVALIDATE
from foldline.http.conditions import strong_tag
from foldline.reads import Reads

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

_WISHES = ("HTTP_IF_NONE_MATCH", "HTTP_LOG_POSITION", "HTTP_PREFER", "HTTP_UPGRADE")
_LONGEST_ID = 100
"""Characters; longer ids, and those that are not ASCII, take the long way."""


class ShortCut:
    """A WSGI application in front of Flask's."""

    def __init__(self, flask: Wsgi, application: Application, reads: Reads, log: AccessLog) -> None:
        self._flask = flask
        self._reads = reads
        self._log = log
        self._queries = {query.route.path.removesuffix("<id>"): query for query in application.queries if _by_id(query)}
        self._other_paths = frozenset(query.route.path for query in application.queries if not query.route.variables)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer, or let Flask answer."""
        path: str = environ["PATH_INFO"]
        folder, slash, entity_id = path.rpartition("/")
        query = self._queries.get(folder + slash)
        if query is None or not self._is_plain(environ, path, entity_id):
            return self._flask(environ, start_response)
        started = perf_counter()
        try:
            answer = self._reads.run(query, {"id": entity_id}, {})
        except FoldlineError:
            return self._flask(environ, start_response)  # which answers with the problem
        if not isinstance(answer.value, Stored):
            del self._queries[folder + slash]  # it makes its answers: no lookup to be short about
            return self._flask(environ, start_response)
        request_id = trace.begin(environ)
        body = jsontext.encode(answer.value)
        start_response("200 OK", _headers(answer.value, answer.position, len(body), request_id))
        answered = Answered("GET", path, query.name, entity_id, answer.position, 200)
        self._log.note(answered, perf_counter() - started, request_id=request_id)
        return [body]

    def _is_plain(self, environ: dict[str, Any], path: str, entity_id: str) -> bool:
        return (
            environ["REQUEST_METHOD"] == "GET"
            and not environ.get("QUERY_STRING")
            and 0 < len(entity_id) <= _LONGEST_ID
            and entity_id.isascii()
            and path not in self._other_paths
            and not any(wish in environ for wish in _WISHES)
        )


def _by_id(query: Query) -> bool:
    path = query.route.path
    return path.endswith("/<id>") and path.count("<") == 1 and query.args is None


def _headers(entity: Stored, position: str, length: int, request_id: str) -> list[tuple[str, str]]:
    return [
        ("ETag", strong_tag(entity.origin)),
        REVALIDATE,
        ("Log-Position", position),
        ("Content-Type", "application/json"),
        ("Content-Length", str(length)),
        ("X-Request-Id", request_id),
    ]
