"""The service's own page, at `/`."""

from collections.abc import Mapping

from flask import Flask

from foldline.functions.web import WebPage
from foldline.settings import Settings


def install(app: Flask, page: WebPage, settings: Settings) -> None:
    """Serve the page. Raises DeclarationError where its package makes no blueprint."""
    app.register_blueprint(page.blueprint(addresses(page.ports, settings), settings.first_token))


def addresses(ports: Mapping[str, int], settings: Settings) -> dict[str, str]:
    """Each service's base URL: as FOLDLINE_URLS says, which may name others too, else on this machine."""
    return {name: f"http://127.0.0.1:{port}" for name, port in ports.items()} | dict(settings.urls)
