"""For operators: `/-/`, which no balancer routes."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from flask import Flask, Response, request
from marshmallow import Schema, fields
from marshmallow.validate import Range
from werkzeug.exceptions import UnsupportedMediaType

from foldline.errors import Invalid
from foldline.http import bodies
from foldline.http.answers import NO_STORE, json_value, nothing
from foldline.http.arguments import Arguments
from foldline.http.paging import next_page
from foldline.operations import Operations

Listing = Callable[[int, int], list[Mapping[str, Any]]]


LAST_NUMBER = 2**63 - 1
"""The state counts no further."""


class NumberedArgs(Schema):
    """Which part of a numbered list is asked for."""

    limit = fields.Integer(load_default=100, validate=Range(1, 1000))
    after = fields.Integer(load_default=0, validate=Range(0, LAST_NUMBER))


def install(app: Flask, operations: Operations) -> None:
    """Serve what an operator can see and do."""

    def status() -> Response:
        """The service at this moment."""
        return json_value(asdict(operations.status()))

    app.add_url_rule("/-/status", "status", status)
    app.add_url_rule("/-/dead-letters", "dead letters", ListView(operations.dead_letters))
    app.add_url_rule("/-/parked", "parked", ListView(operations.parked))
    for path, endpoint, act in (
        ("/-/dead-letters/<int:number>/discard", "discard dead letter", operations.discard_dead_letter),
        ("/-/parked/<int:number>/retry", "retry parked", operations.retry_parked),
        ("/-/parked/<int:number>/discard", "discard parked", operations.discard_parked),
    ):
        app.add_url_rule(path, endpoint, ActionView(act), methods=["POST"])


class ListView:
    """Answers one page of what is numbered."""

    def __init__(self, listing: Listing) -> None:
        self._listing = listing
        self._arguments = Arguments(NumberedArgs)

    def __call__(self) -> Response:
        """The page that is asked for."""
        args = self._arguments.read(request.environ)
        items = self._listing(args["after"], args["limit"])
        full = len(items) == args["limit"]
        headers = [NO_STORE, ("Link", next_page(request.environ, str(items[-1]["number"])))] if full else [NO_STORE]
        return json_value(items, headers)


class ActionView:
    """Does something about one that is numbered; answers 204."""

    def __init__(self, act: Callable[[int], None]) -> None:
        self._act = act

    def __call__(self, number: int) -> Response:
        """Do it; raises what becomes a problem."""
        if not request.is_json:  # what a page of another site can send without asking first is not JSON
            raise UnsupportedMediaType("Send Content-Type: application/json.")
        if number > LAST_NUMBER:
            raise Invalid({"number": [f"It is at most {LAST_NUMBER}."]})
        bodies.read(None, None, request.environ)
        self._act(number)
        return nothing(204, [NO_STORE])
