"""Pages: one HTML text each, with its style inside; they load nothing and run nothing."""

from base64 import b64encode
from hashlib import sha256
from typing import Any

from flask import Response, render_template

from foldline.http.answers import NO_STORE


def page(template: str, status: int = 200, **values: Any) -> Response:
    """Render one of the templates."""
    style = render_template("style.css")
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
    headers = [
        NO_STORE,
        ("Content-Security-Policy", policy),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
    ]
    text = render_template(template, style=style, **values)
    return Response(text, status, headers, content_type="text/html; charset=utf-8")
