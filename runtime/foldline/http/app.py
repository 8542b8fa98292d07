"""The service's Flask application: its functions' routes, and what every service has besides."""

from flask import Flask

from foldline.functions.application import Application
from foldline.http import admin, asyncapi, bodies, docs_page, health, history, openapi, problems, routes, short_way, web
from foldline.http.access import Access
from foldline.http.access_log import AccessLog
from foldline.http.metrics import Metrics
from foldline.http.places import Places
from foldline.http.short_way import ShortWay, Table
from foldline.operations import Operations
from foldline.reads import Reads
from foldline.settings import Settings
from foldline.writes.writes import Writes


def create_app(
    application: Application, settings: Settings, writes: Writes, reads: Reads, operations: Operations
) -> Flask:
    """Build the WSGI application of one service."""
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = bodies.MAX_CONTENT_LENGTH
    app.url_map.merge_slashes = False  # `//` is an empty id, not a way to write `/`
    places = Places(settings.threads)
    views = routes.views_of(application, writes, reads, places)
    short_way.install(app, views)
    metrics = Metrics(operations)
    metrics.install(app)
    health.install(app, operations)
    admin.install(app, operations)
    history.install(app, application, operations, reads, places)
    document = openapi.describe(application, token=settings.token is not None)
    openapi.install(app, document)
    asyncapi.install(app, asyncapi.describe(application, document))
    docs_page.install(app, document)
    if application.page is not None:
        web.install(app, application.page, settings)
    problems.install(app)
    log = AccessLog({endpoint: view.function.name for endpoint, view in views.items()}, metrics)
    log.install(app)
    Access(settings).install(app)
    if settings.token is None:
        app.wsgi_app = ShortWay(app.wsgi_app, Table(app.url_map, views), log)  # type: ignore[method-assign]
    return app
