"""The shop's page: its built files, and what it may know of all the shop's services."""

from collections.abc import Mapping

from flask import Blueprint

from dashboard_web import page, system
from dashboard_web.services import Services

__all__ = ["blueprint"]


def blueprint(services: Mapping[str, str], token: str | None) -> Blueprint:
    """Make the page's routes: `/`, its files, and `/system/`.

    `services`: the base URL of every service by name. `token`: what they ask for, if anything.
    """
    made = Blueprint("dashboard", __name__)
    page.install(made)
    system.install(made, Services(services, token))
    return made
