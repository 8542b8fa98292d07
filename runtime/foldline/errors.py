"""Every error that Foldline raises on purpose, under one base class.

A class's docstring is its default message. `status` is what HTTP answers, `exit_code` what the command line
exits with, `slug` the last part of the problem's type (RFC 9457).
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Self


class FoldlineError(Exception):
    """Something went wrong."""

    status: ClassVar[int] = 500
    exit_code: ClassVar[int] = 1
    slug: ClassVar[str] = "internal"

    def __init__(self, message: str | None = None, **details: Any) -> None:
        """`details` are what a machine reads: they become members of the problem, or fields of a log line."""
        self.message = message or (type(self).__doc__ or "").strip().splitlines()[0]
        self.details: Mapping[str, Any] = details
        super().__init__(self.message)

    @classmethod
    def told(cls, message: str, details: Mapping[str, Any]) -> Self:
        """The error that another process answered, whatever the class's own constructor takes."""
        error = cls.__new__(cls)
        FoldlineError.__init__(error, message)
        error.details = details
        return error


# --- mistakes in the application, found before anything is served ---


class SetupError(FoldlineError):
    """The application cannot be served as it is written."""

    exit_code = 7
    slug = "setup"

    def __init__(self, *problems: str) -> None:
        """`problems` holds every mistake found, one sentence each: where it is, what is wrong, what to do."""
        self.problems = problems
        super().__init__("\n".join(problems) or None)


class DeclarationError(SetupError):
    """A function is not declared as the runtime can call it."""


class TopologyError(SetupError):
    """topics.yaml does not describe services that can be run."""


class SettingsError(SetupError):
    """The environment holds a setting that cannot be used."""

    exit_code = 2


class TopicMismatch(SetupError):
    """A topic is not on the log as topics.yaml declares it."""


# --- answers to a request ---


class Malformed(FoldlineError):
    """The request cannot be read."""

    status = 400
    exit_code = 2
    slug = "malformed"


class Invalid(FoldlineError):
    """The request's fields are not valid."""

    status = 422
    exit_code = 2
    slug = "invalid"

    def __init__(self, errors: Mapping[str, Any], message: str | None = None) -> None:
        """`errors` says what is wrong by field, as marshmallow does."""
        super().__init__(message, errors=errors)


class Refused(FoldlineError):
    """The command was refused."""

    status = 422
    slug = "refused"

    def __init__(self, message: str | None = None, field: str | None = None) -> None:
        """`field` names the body's field that the refusal is about, if there is one."""
        super().__init__(message, **({} if field is None else {"errors": {field: [message]}}))


class KeyReused(FoldlineError):
    """This Idempotency-Key was used for another request."""

    status = 422
    slug = "key-reused"


class NotFound(FoldlineError):
    """There is no such thing."""

    status = 404
    exit_code = 3
    slug = "not-found"

    def __init__(self, message: str | None = None, **details: Any) -> None:
        """`details` may carry the `id` that was asked for."""
        super().__init__(message, **details)


class ConflictError(FoldlineError):
    """The entity is not as it was taken to be."""

    status = 409
    exit_code = 5
    slug = "conflict"

    current: Any = None
    """For a client: the entity as it is now; None where that is not known."""


class AlreadyExists(ConflictError):
    """An entity with this id exists, or existed."""

    slug = "already-exists"


class UnknownPosition(ConflictError):
    """The log does not go as far as the positions asked for: a topic was made anew."""

    slug = "unknown-position"


class PreconditionFailed(ConflictError):
    """The entity is no longer the one that If-Match names."""

    status = 412
    slug = "precondition-failed"

    def __init__(self, origin: int | None) -> None:
        """`origin` makes the entity's present ETag; None: there is no entity."""
        self.origin = origin
        super().__init__()


class Unreadable(FoldlineError):
    """The entity was written in a way that this version cannot read; an upgrade may."""

    slug = "unreadable"


class NotReady(FoldlineError):
    """The service cannot answer this now; try again."""

    status = 503
    exit_code = 6
    slug = "not-ready"


class TooSlow(FoldlineError):
    """The query took too long and was stopped."""

    status = 503
    exit_code = 6
    slug = "too-slow"


class Contention(FoldlineError):
    """Others kept changing the entity; nothing was written. Try again."""

    status = 503
    exit_code = 6
    slug = "contention"


class UnknownOutcome(FoldlineError):
    """Whether the write took place was not seen in time; retry with the same Idempotency-Key."""

    status = 504
    exit_code = 6
    slug = "unknown"


# --- for a client ---


class FieldError(FoldlineError, AttributeError):
    """There is no such field, or it cannot be set."""

    exit_code = 2
    slug = "field"


class Unauthorized(FoldlineError):
    """The service asks for a token."""

    status = 401
    exit_code = 4
    slug = "unauthorized"


class ConnectionFailed(FoldlineError):
    """A service cannot be reached."""

    status = 503
    exit_code = 6
    slug = "connection-failed"


class ChangesMissed(FoldlineError):
    """Changes took place that are no longer kept: read anew what you show, and watch again."""

    exit_code = 6
    slug = "changes-missed"


# --- the log and the state ---


class LogError(FoldlineError):
    """The log did not do what it was asked to."""

    status = 503
    exit_code = 6
    slug = "log"


class LogDenied(LogError):
    """The log does not let this service in, or do what it needs to."""


class RecordTooLarge(LogError):
    """The entity is larger than the topic takes."""

    status = 413
    exit_code = 2
    slug = "too-large"


class DeadOnArrival(LogError):
    """A record that counts for nobody: it has no usable key, envelope or place in the log's order."""


class LogCut(LogError):
    """The log no longer holds what the state was folded from."""


class StateInUse(FoldlineError):
    """Another process uses this state."""

    exit_code = 6
    slug = "state-in-use"


class SqlRefused(FoldlineError):
    """A function's SQL touches what it may not."""


class FunctionError(FoldlineError):
    """A function did not give what it must."""


class ImageNotBuilt(FoldlineError):
    """The image could not be built."""
