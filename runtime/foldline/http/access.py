"""Who may ask: whoever has the token, where there is one, and no page of another site."""

import hmac
import re

from flask import Flask, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, Unauthorized

from foldline.settings import Settings

_OPEN = frozenset({"livez", "readyz"})
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Access:
    """Checks every request before it is answered."""

    def __init__(self, settings: Settings) -> None:
        """A token setting holds one, or several separated by commas or white space."""
        self._tokens = None if settings.token is None else _listed(settings.token)
        self._origins = frozenset(settings.origins)

    def install(self, app: Flask) -> None:
        """Check every request of the application."""
        app.before_request(self._check)

    def _check(self) -> None:
        environ = request.environ
        if self._tokens is not None and request.endpoint not in _OPEN:
            self._check_token(environ.get("HTTP_AUTHORIZATION", ""))
        if environ["REQUEST_METHOD"] not in _SAFE and "HTTP_ORIGIN" in environ:
            self._check_origin(environ["HTTP_ORIGIN"], environ.get("HTTP_HOST"))

    def _check_token(self, authorization: str) -> None:
        kind, _, sent = authorization.partition(" ")
        if kind.lower() != "bearer" or not self._knows(sent.strip()):
            raise Unauthorized(
                "Send Authorization: Bearer and the token of FOLDLINE_TOKEN.",
                www_authenticate=WWWAuthenticate("bearer", {"realm": "foldline"}),
            )

    def _knows(self, sent: str) -> bool:
        raw = sent.encode()
        return any(hmac.compare_digest(raw, token) for token in self._tokens or ())

    def _check_origin(self, origin: str, host: str | None) -> None:
        if origin.partition("://")[2] != host and origin not in self._origins:
            raise Forbidden(f"Pages of {origin} may not write here; FOLDLINE_ORIGINS lists those that may.")


def _listed(tokens: str) -> tuple[bytes, ...]:
    return tuple(token.encode() for token in re.split(r"[,\s]+", tokens) if token)
