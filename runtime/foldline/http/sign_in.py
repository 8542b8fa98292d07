"""A page asks for the token once, and keeps it in a cookie that no script can read."""

import re
from collections.abc import Callable

from flask import Flask, Response, request
from werkzeug.datastructures import WWWAuthenticate

from foldline.http.answers import NO_STORE, nothing
from foldline.http.pages import page

CHALLENGE = WWWAuthenticate("bearer", {"realm": "foldline"})
COOKIE = "foldline_token"

_OWN_PATH = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*")


def install(app: Flask, known: Callable[[str], bool]) -> None:
    """Serve /sign-in, where the form goes; `known` says whether a token is one."""

    def sign_in() -> Response:
        """Keep the token, and go on to the page that was asked for."""
        token, path = request.form.get("token", "").strip(), request.form.get("next", "/")
        if not known(token):
            return form(path, wrong=True)
        answer = nothing(303, [NO_STORE, ("Location", path if _OWN_PATH.fullmatch(path) else "/")])
        answer.set_cookie(COOKIE, token, secure=_comes_by_https(), httponly=True, samesite="Strict")
        return answer

    app.add_url_rule("/sign-in", "sign in", sign_in, methods=["POST"])


def _comes_by_https() -> bool:
    """A proxy's word counts, whoever sent it: all that it changes is the sender's own cookie."""
    return request.is_secure or request.headers.get("X-Forwarded-Proto") == "https"


def form(path: str, *, wrong: bool = False) -> Response:
    """The page that asks for the token, and then goes on to `path`."""
    answer = page("sign_in.html", 401, path=path, wrong=wrong)
    answer.www_authenticate = CHALLENGE
    return answer
