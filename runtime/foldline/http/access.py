"""Who may ask: whoever has a token, where one is asked for, and no page of another site."""

import hmac
import re
from urllib.parse import quote

from flask import Flask, Response, request
from werkzeug.exceptions import Forbidden, Unauthorized

from foldline.http import sign_in
from foldline.settings import Settings

_OPEN = frozenset({"livez", "readyz", "sign in"})
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Tokens:
    """The tokens that open a service."""

    def __init__(self, text: str) -> None:
        """`text`: one, or several separated by commas or white space."""
        self._tokens = tuple(token.encode() for token in re.split(r"[,\s]+", text) if token)

    def include(self, sent: str | None) -> bool:
        """Whether it is one of them."""
        return sent is not None and any(hmac.compare_digest(sent.encode(), token) for token in self._tokens)


class Access:
    """Checks every request before it is answered."""

    def __init__(self, settings: Settings) -> None:
        self._tokens = None if settings.token is None else Tokens(settings.token)
        self._origins = frozenset(settings.origins)

    def install(self, app: Flask) -> None:
        """Check every request of the application; where a token is asked for, a page may sign in with it."""
        app.before_request(self._check)
        if self._tokens is not None:
            sign_in.install(app, self._tokens.include)

    def _check(self) -> Response | None:
        environ = request.environ
        from_page = "HTTP_ORIGIN" in environ
        if from_page and (environ["REQUEST_METHOD"] not in _SAFE or "HTTP_UPGRADE" in environ):
            self._check_origin(environ["HTTP_ORIGIN"], environ.get("HTTP_HOST"))
        if self._tokens is None or request.endpoint in _OPEN or self._tokens.include(_sent_token()):
            return None
        if request.method == "GET" and "text/html" in environ.get("HTTP_ACCEPT", ""):
            return sign_in.form(_asked_for())
        raise Unauthorized("Send the service's token: Authorization: Bearer TOKEN.", www_authenticate=sign_in.CHALLENGE)

    def _check_origin(self, origin: str, host: str | None) -> None:
        if origin.partition("://")[2] != host and origin not in self._origins:
            raise Forbidden(f"Pages of {origin} may not write or listen here; FOLDLINE_ORIGINS lists those that may.")


def _asked_for() -> str:
    query = request.environ.get("QUERY_STRING")
    return quote(request.path) + (f"?{query}" if query else "")


def _sent_token() -> str | None:
    kind, _, token = request.environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else request.cookies.get(sign_in.COOKIE)
