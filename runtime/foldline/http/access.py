"""Who may ask: whoever has the token, where there is one, and no page of another site."""

import hmac
import re

from flask import Flask, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, Unauthorized

from foldline.settings import Settings

_OPEN = frozenset({"livez", "readyz"})
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def install(app: Flask, settings: Settings) -> None:
    """Check every request before it is answered."""
    origins = frozenset(settings.origins)

    def check_origin() -> None:
        origin = request.environ.get("HTTP_ORIGIN")
        if origin is not None and request.method not in _SAFE and not (origin in origins or _is_own(origin)):
            raise Forbidden(f"Pages of {origin} may not write here; FOLDLINE_ORIGINS lists those that may.")

    if settings.token is not None:
        app.before_request(TokenCheck(settings.token))
    app.before_request(check_origin)


class TokenCheck:
    """Refuses requests without one of the tokens."""

    def __init__(self, tokens: str) -> None:
        """`tokens`: one, or several separated by commas or white space."""
        self._tokens = [token.encode() for token in re.split(r"[,\s]+", tokens) if token]

    def __call__(self) -> None:
        """Raise Unauthorized unless the request may be answered."""
        if request.endpoint in _OPEN:
            return
        kind, _, sent = request.environ.get("HTTP_AUTHORIZATION", "").partition(" ")
        if kind.lower() != "bearer" or not self._knows(sent.strip()):
            raise Unauthorized(
                "Send Authorization: Bearer and the token of FOLDLINE_TOKEN.",
                www_authenticate=WWWAuthenticate("bearer", {"realm": "foldline"}),
            )

    def _knows(self, sent: str) -> bool:
        raw = sent.encode("latin-1")
        return any(hmac.compare_digest(raw, token) for token in self._tokens)


def _is_own(origin: str) -> bool:
    return origin.partition("://")[2] == request.environ.get("HTTP_HOST")
