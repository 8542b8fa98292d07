"""A page of the application's own."""

from pathlib import Path

import pytest
from flask import Flask
from small_app import TOPOLOGY, SmallApp

from foldline.errors import DeclarationError
from foldline.functions.web import WebPage
from foldline.http import web
from foldline.settings import Settings

PAGE = """
from flask import Blueprint

def blueprint(services, token):
    made = Blueprint("page", __name__)
    made.add_url_rule("/", "page", lambda: {"services": services, "token": token})
    return made
"""


@pytest.fixture
def small_app(tmp_path: Path) -> SmallApp:
    """An application whose service products has a page."""
    app = SmallApp(tmp_path)
    app.write("topics.yaml", TOPOLOGY.replace("queries: [products]}", "queries: [products], web: small_page}"))
    app.write("small_page/__init__.py", PAGE)
    return app


def told(page: WebPage, **settings: object) -> object:
    """What the page is told, when it is served."""
    app = Flask(__name__)
    web.install(app, page, Settings(**settings))  # type: ignore[arg-type]
    return app.test_client().get("/").json


def test_the_page_is_told_where_the_services_are(small_app: SmallApp) -> None:
    page = small_app.load().page
    assert page is not None
    assert told(page) == {
        "services": {"products": "http://127.0.0.1:9995", "sales": "http://127.0.0.1:9999"},
        "token": None,
    }


def test_the_environment_says_otherwise(small_app: SmallApp) -> None:
    page = small_app.load().page
    assert page is not None
    assert told(page, urls={"sales": "http://elsewhere"}, token=" first, second") == {
        "services": {"products": "http://127.0.0.1:9995", "sales": "http://elsewhere"},
        "token": "first",
    }


def test_a_service_without_a_page_has_none(small_app: SmallApp) -> None:
    assert small_app.load("sales").page is None


def test_a_package_that_is_not_there_is_a_mistake(small_app: SmallApp) -> None:
    small_app.write("topics.yaml", TOPOLOGY.replace("queries: [products]}", "queries: [products], web: no_page}"))
    assert small_app.mistake().startswith("topics.yaml: services.products.web: ")


def test_a_package_without_a_blueprint_is_a_mistake(small_app: SmallApp) -> None:
    small_app.write("small_page/__init__.py", "def blueprints(services, token): ...")
    assert small_app.mistake() == (
        "topics.yaml: services.products.web: small_page has no function blueprint(services, token)"
        "; did you mean blueprints?"
    )


def test_what_is_no_blueprint_is_refused() -> None:
    with pytest.raises(DeclarationError, match=r"small_page: blueprint\(\) gave int, not a flask.Blueprint"):
        told(WebPage("small_page", lambda services, token: 7, {}))
