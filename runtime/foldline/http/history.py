"""What happened to an entity: `GET /<topic>/<id>/history`."""

from flask import Flask, Response, request

from foldline.functions.application import Application
from foldline.functions.page import Page
from foldline.http import positions
from foldline.http.answers import NO_STORE, json_value
from foldline.http.arguments import Arguments, check_variables
from foldline.http.paging import next_page
from foldline.http.places import Places
from foldline.operations import Operations
from foldline.reads import Reads


def install(app: Flask, application: Application, operations: Operations, reads: Reads, places: Places) -> None:
    """Serve the history of every topic that the service folds."""
    for topic in application.topics:
        view = HistoryView(topic, operations, reads, places)
        app.add_url_rule(f"/{topic}/<id>/history", f"history of {topic}", view)


class HistoryView:
    """Answers the requests for the history of one topic's entities."""

    def __init__(self, topic: str, operations: Operations, reads: Reads, places: Places) -> None:
        self._topic = topic
        self._operations = operations
        self._reads, self._places = reads, places
        self._arguments = Arguments(Page)

    def __call__(self, id: str) -> Response:
        """What happened to an entity, newest first."""
        environ = request.environ
        check_variables({"id": id}, environ)
        args = self._arguments.read(environ)
        if asked := positions.asked_for(environ):
            positions.wait_for(asked, environ, self._reads, self._places)
        with self._places:  # it waits for the log
            page = self._operations.history(self._topic, id, **args)
        headers = [NO_STORE] if page.after is None else [NO_STORE, ("Link", next_page(environ, page.after))]
        return json_value({"events": page.events, "end": page.end}, headers)
