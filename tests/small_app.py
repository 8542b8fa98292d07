"""A small application in a folder of its own, for tests of what is loaded from one."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from foldline.errors import DeclarationError
from foldline.functions.application import Application
from foldline.functions.loading import load
from foldline.topology import Topology, read_topology

TOPOLOGY = """
topics:
  products: {name: eventbus.products, schema: "functions.schemas:Product", partitions: 3}
  customers: {name: eventbus.customers, schema: "functions.schemas:Product", partitions: 3}
services:
  products: {port: 9995, topics: [products], commands: [products], queries: [products]}
  sales: {port: 9999, topics: [products, customers], projectors: [sales]}
"""
SCHEMAS = """
from marshmallow import Schema, fields

class Product(Schema):
    name = fields.String(required=True)
"""
HEADER = """
from datetime import datetime
from typing import Any, Optional
from foldline import Args, Entities, Entity, Event, Page, Remove, Set, Tables, command, projector, query
from functions import schemas
"""
COMMAND = """
@command("products", "POST /products", body=schemas.Product)
def create(body: Entity) -> Set:
    return Set(body)
"""
QUERY = """
@query("GET /products/<id>")
def retrieve(products: Entities, id: str) -> Entity:
    return products[id]
"""
PROJECTOR = """
@projector("sales", topics=["customers"], tables="sales.sql", version=1)
def tally(event: Event, db: Tables) -> None:
    db.execute("INSERT INTO tally VALUES (?)", [event.id])
"""


class SmallApp:
    """An application of which each file can be replaced."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("topics.yaml", TOPOLOGY)
        self.write("functions/schemas.py", SCHEMAS)
        self.commands(COMMAND)
        self.queries(QUERY)
        self.projectors(PROJECTOR)
        self.write("functions/projectors/sales.sql", "CREATE TABLE tally (customer TEXT);")

    def write(self, path: str, text: str) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def commands(self, text: str) -> None:
        self.write("functions/commands/products.py", HEADER + dedent(text).lstrip("\n"))

    def queries(self, text: str) -> None:
        self.write("functions/queries/products.py", HEADER + dedent(text).lstrip("\n"))

    def projectors(self, text: str) -> None:
        self.write("functions/projectors/sales.py", HEADER + dedent(text).lstrip("\n"))

    def topology(self) -> Topology:
        return read_topology(self.folder / "topics.yaml")

    def load(self, service: str = "products") -> Application:
        return load(self.topology(), service, self.folder)

    def mistakes(self, service: str = "products") -> tuple[str, ...]:
        with pytest.raises(DeclarationError) as caught:
            self.load(service)
        return caught.value.problems

    def mistake(self, service: str = "products") -> str:
        (mistake,) = self.mistakes(service)
        return mistake


@pytest.fixture
def make_app(tmp_path: Path) -> Iterator[Callable[[str], SmallApp]]:
    """Makes applications; what loading them leaves in `sys` is taken back."""
    path, modules = [*sys.path], {**sys.modules}
    yield lambda name: SmallApp(tmp_path / name)
    sys.path[:] = path
    for name in [name for name in sys.modules if name.partition(".")[0] == "functions"]:
        del sys.modules[name]
    sys.modules.update({name: module for name, module in modules.items() if name.partition(".")[0] == "functions"})


@pytest.fixture
def app(make_app: Callable[[str], SmallApp]) -> SmallApp:
    return make_app("app")
