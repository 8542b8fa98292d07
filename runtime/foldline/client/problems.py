"""The error that is raised for what a service answered (RFC 9457), or for its silence."""

import re
from collections.abc import Mapping
from typing import Any

from foldline import errors
from foldline.client.names import python_name
from foldline.client.route import is_this_machine
from foldline.client.transport import Answer, NotJson
from foldline.errors import ConnectionFailed, FoldlineError

_SECONDS = re.compile("[0-9]{1,6}")

_TYPE = "urn:foldline:problem:"

_KINDS: tuple[type[FoldlineError], ...] = (
    errors.Malformed,
    errors.Invalid,
    errors.Refused,
    errors.KeyReused,
    errors.NotFound,
    errors.AlreadyExists,
    errors.UnknownPosition,
    errors.PreconditionFailed,
    errors.Unreadable,
    errors.Unauthorized,
    errors.NotReady,
    errors.TooSlow,
    errors.Contention,
    errors.UnknownOutcome,
    errors.LogError,
    errors.RecordTooLarge,
)
_BY_SLUG = {kind.slug: kind for kind in _KINDS}
_BY_STATUS: Mapping[int, type[FoldlineError]] = {
    400: errors.Malformed,
    401: errors.Unauthorized,
    403: errors.Unauthorized,
    404: errors.NotFound,
    409: errors.ConflictError,
    412: errors.PreconditionFailed,
    413: errors.RecordTooLarge,
    422: errors.Invalid,
    429: errors.NotReady,
    502: errors.UnknownOutcome,
    503: errors.NotReady,
    504: errors.UnknownOutcome,
}
"""For what another than Foldline answered: a proxy, say."""


def error_of(answer: Answer, asked: str) -> FoldlineError:
    """What an answer other than success means; `asked` is method and URL, for answers that explain nothing themselves.

    The problem's members are the error's details, with the `status` and, where there is one, `retry_after` in seconds.
    """
    problem = _problem(answer)
    slug = str(problem.get("type", "")).removeprefix(_TYPE)
    kind = _BY_SLUG.get(slug) or _BY_STATUS.get(answer.status, FoldlineError)
    message = _message(problem) or f"{asked} was answered {answer.status}."
    pause = answer.headers.get("Retry-After", "")
    details = {**problem, "status": answer.status} | ({"retry_after": int(pause)} if _SECONDS.fullmatch(pause) else {})
    return kind.told(message, details)


def not_reached(service: str, url: str, error: ConnectionFailed) -> ConnectionFailed:
    """What a transport raised for that URL, with whose it is, and what can be done."""
    here = error.details.get("sent") is False and is_this_machine(url)
    advice = f"; start it with `foldline serve {service}`" if here else ""
    return ConnectionFailed(f"{service} cannot be reached at {error.message}{advice}", **error.details)


def _problem(answer: Answer) -> dict[str, Any]:
    try:
        body = answer.json()
    except NotJson:
        return {}
    return body if isinstance(body, dict) and "detail" in body else {}


def _message(problem: Mapping[str, Any]) -> str:
    """One line that names the fields as Python does."""
    match problem:
        case {"errors": {**by_field}} if by_field:
            return "; ".join(f"{python_name(str(name))}: {_text(wrong)}" for name, wrong in by_field.items())
        case {"type": kind, "detail": detail, "requestId": request} if kind == _TYPE + FoldlineError.slug:
            return f"{detail} ({request})"
    return str(problem.get("detail", ""))


def _text(wrong: Any) -> str:
    match wrong:
        case dict():
            return ", ".join(f"{name}: {_text(inner)}" for name, inner in wrong.items())
        case list():
            return " ".join(map(_text, wrong))
    return str(wrong)
