"""The page itself: built files, which load nothing from elsewhere."""

from pathlib import Path

from flask import Blueprint, Response, send_from_directory

FILES = ("app.js", "app.css", "favicon.svg")

_BUILT = Path(__file__).parent / "static"
_POLICY = "default-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
_HEADERS = {
    "Cache-Control": "no-cache",  # the names of built files do not change: ask each time, by ETag
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def install(made: Blueprint) -> None:
    """Serve the page at `/`, and its files beside it."""
    made.add_url_rule("/", "page", _built, defaults={"name": "index.html"})
    for name in FILES:
        made.add_url_rule(f"/{name}", name.replace(".", " "), _built, defaults={"name": name})


def _built(name: str) -> Response:
    answer = send_from_directory(_BUILT, name)
    answer.headers.update(_HEADERS)
    return answer
