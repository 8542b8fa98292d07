"""The service's own page, at `/`."""

from collections.abc import Mapping

from flask import Blueprint, Flask

from foldline.errors import DeclarationError
from foldline.functions.web import WebPage
from foldline.http.access import Tokens
from foldline.settings import Settings


def install(app: Flask, page: WebPage, settings: Settings) -> None:
    """Serve the page. Raises DeclarationError where its package makes no blueprint."""
    token = None if settings.token is None else Tokens(settings.token).first
    made = page.make(addresses(page.ports, settings), token)
    if not isinstance(made, Blueprint):
        raise DeclarationError(f"{page.package}: blueprint() gave {type(made).__name__}, not a flask.Blueprint")
    app.register_blueprint(made)


def addresses(ports: Mapping[str, int], settings: Settings) -> dict[str, str]:
    """Each service's base URL: as FOLDLINE_URLS says, else on this machine."""
    return {name: settings.urls.get(name, f"http://127.0.0.1:{port}") for name, port in ports.items()}
