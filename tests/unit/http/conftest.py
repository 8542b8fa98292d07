"""A small shop whose writes, reads and operations are stand-ins that the tests set."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from marshmallow import Schema, fields
from marshmallow.validate import Range

from foldline.errors import NotFound, NotReady
from foldline.event import Position
from foldline.functions.application import Application, LoadedTopic
from foldline.functions.definition import Command, Current, Query, Route, Source
from foldline.functions.ports import Items, Stored
from foldline.history import HistoryPage
from foldline.http.app import create_app
from foldline.log.port import TopicSpec
from foldline.operations import Operations, PartitionStatus, Status
from foldline.reads import Answer, Reads
from foldline.settings import Settings
from foldline.topology import Service, Topic
from foldline.writes.call import Call, Written
from foldline.writes.writes import Writes

AT = Position("eventbus.products", 0, 42)


class Product(Schema):
    """What a body may hold."""

    name = fields.String(required=True)
    price = fields.Decimal(required=True, validate=Range(min=0))
    tags = fields.List(fields.String())


class Browse(Schema):
    """What the list's query string may hold."""

    limit = fields.Integer(load_default=100, validate=Range(1, 1000))
    after = fields.String(load_default=None)
    tag = fields.List(fields.String())


def create(body: Any) -> Any:
    """Add a product.

    It gets an id of its own.
    """


def change(current: Any, body: Any) -> Any:
    """Rename or reprice a product."""


def remove(current: Any) -> Any:
    """Take a product off the list."""


def browse(products: Any, args: Any) -> list[Any]:
    """Products by id."""
    return []


def retrieve(products: Any, id: str) -> dict[str, Any]:
    """One product, by id."""
    return {}


def command(method: str, path: str, function: Callable[..., Any], body: type[Schema] | None = None) -> Command:
    return Command(
        name=f"products.{function.__name__}",
        topic="products",
        route=Route(method, path),
        body=body,
        current=Current.UNUSED,
        function=function,
        parameters=(),
        source=Source("products.py", 1),
    )


def query(path: str, function: Callable[..., Any], parameters: tuple[str, ...], args: Any = None) -> Query:
    return Query(
        name=f"products.{function.__name__}",
        route=Route("GET", path),
        args=args,
        function=function,
        parameters=parameters,
        source=Source("products.py", 1),
    )


class FakeWrites(Writes):
    """Gives, or raises, `result`, and remembers what it was called with."""

    def __init__(self) -> None:
        self.result: Written | Exception | Callable[[], Written] = Written(200, None, b'{"id":"p1"}', 42, AT)
        self.calls: list[tuple[Command, Call]] = []

    def run(self, command: Command, call: Call) -> Written:
        self.calls.append((command, call))
        if isinstance(self.result, Exception):
            raise self.result
        return self.result if isinstance(self.result, Written) else self.result()

    @property
    def call(self) -> Call:
        """The one call."""
        ((_, call),) = self.calls
        return call


class FakeReads(Reads):
    """Gives, or raises, `result`; has folded up to `folded`."""

    def __init__(self) -> None:
        self.result: Any = Stored({"id": "p1", "name": "Tea", "price": Decimal("9.50")}, 42)
        self.folded: int | None = AT.offset
        self.calls: list[tuple[Query, Mapping[str, str], Mapping[str, Any]]] = []
        self.waits: list[float] = []
        self.waiting: Callable[[], None] = lambda: None

    def run(self, query: Query, variables: Mapping[str, str], args: Mapping[str, Any]) -> Answer:
        self.calls.append((query, variables, args))
        if isinstance(self.result, Exception):
            raise self.result
        return Answer(self.result, "" if self.folded is None else str(AT._replace(offset=self.folded)))

    def wait_for(self, positions: Iterable[Position], seconds: float) -> None:
        self.waits.append(seconds)
        if all(self.folded is not None and position.offset <= self.folded for position in positions):
            return
        if seconds:
            self.waiting()
        raise NotReady("the state has not passed it yet")


@dataclass
class FakeOperations(Operations):
    """Says what it is told to say."""

    reasons: tuple[str, ...] = ()
    lag: float | None = 1.5
    kept: list[Mapping[str, Any]] = field(default_factory=list)
    done: list[tuple[str, int]] = field(default_factory=list)

    def readiness(self) -> tuple[str, ...]:
        return self.reasons

    def status(self) -> Status:
        return Status(
            service="products",
            ready=not self.reasons,
            reasons=self.reasons,
            identities={"eventbus.products": "T1"},
            partitions=(PartitionStatus("eventbus.products", 0, 43, 50),),
            lag_seconds=self.lag,
            contact_seconds=0.25,
            entities={"products": 7},
            unreadable=1,
            repairs_waiting=2,
            oldest_repair_seconds=3.0,
            dead_letters=4,
            parked=5,
            counters={"records": 100, "lost": 3},
        )

    def dead_letters(self, after: int = 0, limit: int = 100) -> list[Mapping[str, Any]]:
        return [item for item in self.kept if item["number"] > after][:limit]

    parked = dead_letters

    def discard_dead_letter(self, number: int) -> None:
        self._do("discard dead letter", number)

    def retry_parked(self, number: int) -> None:
        self._do("retry", number)

    def discard_parked(self, number: int) -> None:
        self._do("discard parked", number)

    def history(self, topic: str, id: str, after: str | None = None, limit: int = 100) -> HistoryPage:
        if id == "absent":
            raise NotFound(f"no {topic} {id}", id=id)
        events = [{"position": str(AT), "type": "products.create", "removed": False, "entity": {"id": id}}]
        return HistoryPage(events, "at-41", "limit") if after is None else HistoryPage([], None, "start")

    def _do(self, what: str, number: int) -> None:
        if all(item["number"] != number for item in self.kept):
            raise NotFound(f"there is no number {number}")
        self.done.append((what, number))


@dataclass
class Shop:
    """The service under test, and its stand-ins."""

    application: Application
    settings: Settings
    writes: FakeWrites
    reads: FakeReads
    operations: FakeOperations

    def app(self, **settings: Any) -> Flask:
        """The Flask application, with these settings."""
        return create_app(
            self.application, replace(self.settings, **settings), self.writes, self.reads, self.operations
        )

    def client(self, **settings: Any) -> FlaskClient:
        """A client of the application, with these settings."""
        return self.app(**settings).test_client()


@pytest.fixture
def shop() -> Shop:
    topic = Topic("products", TopicSpec("eventbus.products", 1), "functions.schemas:Product", None)
    application = Application(
        service=Service("products", 9995, "memory", ("products",), ("products",), ("products",), (), None, False),
        topics={"products": LoadedTopic(topic, Product, None)},
        commands=(
            command("POST", "/products", create, Product),
            command("PUT", "/products/<id>", change, Product),
            command("DELETE", "/products/<id>", remove),
        ),
        queries=(
            query("/products", browse, ("products", "args"), Browse),
            query("/products/<id>", retrieve, ("products", "id")),
        ),
        projectors=(),
        version="v1",
    )
    return Shop(application, Settings(), FakeWrites(), FakeReads(), FakeOperations())


@pytest.fixture
def client(shop: Shop) -> FlaskClient:
    return shop.client()


__all__ = ["AT", "Items", "Shop"]
