"""Every error is answered as a problem (RFC 9457, application/problem+json)."""

from collections.abc import Mapping
from difflib import get_close_matches
from itertools import zip_longest
from typing import Any, NamedTuple

import structlog
from flask import Flask, Response, current_app, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from foldline import errors, jsontext
from foldline.errors import FoldlineError, PreconditionFailed
from foldline.http import trace
from foldline.http.answers import NO_STORE, Headers, Reply, finished
from foldline.http.conditions import strong_tag

PROBLEM = "application/problem+json"
_TYPE = "urn:foldline:problem:"
_LONGEST_COMPARED = 200


class Problem(NamedTuple):
    """What every problem says."""

    status: int
    slug: str
    title: str
    detail: str


def type_of(slug: str) -> str:
    """The type of the problem with this slug."""
    return _TYPE + slug


def slug_of(title: str) -> str:
    """The slug of what HTTP itself has a title for, as `Not Found`."""
    return title.lower().replace(" ", "-")


def install(app: Flask) -> None:
    """Answer whatever a view raises, and what Flask itself refuses, as a problem."""
    app.register_error_handler(FoldlineError, _on_purpose)
    app.register_error_handler(HTTPException, _refused_by_http)
    app.register_error_handler(Exception, _unexpected)


def reply_to(error: Exception, request_id: str) -> Reply | None:
    """What is answered to an error that was raised on purpose; None for any other, which the log is to be told."""
    if not isinstance(error, FoldlineError) or error.slug == FoldlineError.slug:
        return None  # a mistake in a function: nothing that the caller can do about
    members, headers = dict(error.details), []
    match error:
        case errors.NotFound():
            members["message"] = error.message
        case PreconditionFailed(origin=int(origin)):
            headers.append(("ETag", strong_tag(origin)))
    if error.status == 503:
        headers.append(("Retry-After", "1"))
    title = (type(error).__doc__ or "").strip().splitlines()[0]
    return _reply(Problem(error.status, error.slug, title, error.message), members, headers, request_id)


def _on_purpose(error: FoldlineError) -> Response:
    reply = reply_to(error, trace.request_id(request.environ))
    return _unexpected(error) if reply is None else finished(reply)


def _refused_by_http(error: HTTPException) -> Response:
    title = error.name
    slug, detail = slug_of(title), error.description or title
    match error:
        case NotFound():
            slug, detail = "no-such-route", _no_route()
        case MethodNotAllowed(valid_methods=[*methods]):
            detail = f"{request.path} takes {', '.join(sorted(methods))}."
    headers = [(name, value) for name, value in error.get_headers() if name != "Content-Type"]
    return _answer(Problem(error.code or 500, slug, title, detail), {}, headers)


def _unexpected(error: Exception) -> Response:
    structlog.get_logger().error("a request failed", method=request.method, path=request.path, exc_info=error)
    detail = "The log has the cause, under this request's id."
    return _answer(Problem(500, FoldlineError.slug, "Something went wrong.", detail), {}, ())


def _answer(problem: Problem, members: Mapping[str, Any], headers: Headers) -> Response:
    return finished(_reply(problem, members, headers, trace.request_id(request.environ)))


def _reply(problem: Problem, members: Mapping[str, Any], headers: Headers, request_id: str) -> Reply:
    """`members` are what a machine reads besides; they never replace what every problem says."""
    said = {
        "type": type_of(problem.slug),
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "requestId": request_id,
    }
    text = jsontext.encode({**said, **members, **said})
    return Reply.of(problem.status, [NO_STORE, *headers], PROBLEM, text)


def _no_route() -> str:
    path = request.path
    wanted = path.rstrip("/")
    near: list[str] = []
    if len(path) <= _LONGEST_COMPARED:
        rules = {_filled(rule.rule, wanted): rule.rule for rule in current_app.url_map.iter_rules()}
        near = [rules[match] for match in get_close_matches(wanted, rules, n=1)]
    return f"There is no {path}; did you mean {near[0]}?" if near else f"There is no {path}."


def _filled(rule: str, path: str) -> str:
    """The rule with the path's own segments in place of variables, so that only what is fixed is compared."""
    segments = zip_longest(rule.split("/"), path.split("/"), fillvalue="")
    return "/".join(sent if fixed.startswith("<") else fixed for fixed, sent in segments)
