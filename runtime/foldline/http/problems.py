"""Every error is answered as a problem (RFC 9457, application/problem+json)."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from itertools import zip_longest
from typing import Any, NamedTuple

import structlog
from flask import Flask, Response, current_app, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from foldline import errors, jsontext
from foldline.errors import FoldlineError, PreconditionFailed
from foldline.http.answers import NO_STORE
from foldline.http.conditions import strong_tag
from foldline.http.trace import request_id

PROBLEM = "application/problem+json"
_TYPE = "urn:foldline:problem:"
_LONGEST_COMPARED = 200


class Problem(NamedTuple):
    """What every problem says."""

    status: int
    slug: str
    title: str
    detail: str


def type_of(name: str) -> str:
    """The type of the problem with a slug, or with a status's phrase."""
    return _TYPE + name.lower().replace(" ", "-")


def install(app: Flask) -> None:
    """Answer whatever a view raises, and what Flask itself refuses, as a problem."""
    app.register_error_handler(FoldlineError, _on_purpose)
    app.register_error_handler(HTTPException, _refused_by_http)
    app.register_error_handler(Exception, _unexpected)


def _on_purpose(error: FoldlineError) -> Response:
    if error.slug == FoldlineError.slug:  # a mistake in a function: nothing that the caller can do about
        return _unexpected(error)
    members, headers = dict(error.details), []
    match error:
        case errors.NotFound():
            members["message"] = error.message
        case PreconditionFailed(origin=int(origin)):
            headers.append(("ETag", strong_tag(origin)))
    if error.status == 503:
        headers.append(("Retry-After", "1"))
    title = (type(error).__doc__ or "").strip().splitlines()[0]
    return _answer(Problem(error.status, error.slug, title, error.message), members, headers)


def _refused_by_http(error: HTTPException) -> Response:
    title = error.name
    slug, detail = title.lower().replace(" ", "-"), error.description or title
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


def _answer(problem: Problem, members: Mapping[str, Any], headers: Sequence[tuple[str, str]]) -> Response:
    """`members` are what a machine reads besides; they never replace what every problem says."""
    said = {
        "type": type_of(problem.slug),
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "requestId": request_id(request.environ),
    }
    text = jsontext.encode({**said, **members, **said})
    return Response(text, problem.status, [NO_STORE, *headers], content_type=PROBLEM)


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
