"""What there is in an application."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from small_app import COMMAND, SmallApp
from stand_ins import raised

from foldline.admin.catalogue import Found, find_function, functions_of, row_of
from foldline.admin.describing import describe
from foldline.errors import Malformed, NotFound
from foldline.functions.application import Application
from foldline.functions.loading import load_all

UPDATE = '''
@command("products", "PUT /products/<id>", body=schemas.Product)
def update(current: Entity, body: Entity) -> Set:
    """Rename a product.

    Nothing else of it changes.
    """
    return Set(current | body)
'''
FINDING = '''
from marshmallow import Schema, fields

class Search(Page):
    name = fields.String()

@query("GET /products", args=Search)
def update(products: Entities, args: Args) -> list[Entity]:
    """Find some."""
    return products.page(**args)
'''


@pytest.fixture
def applications(app: SmallApp) -> Mapping[str, Application]:
    app.commands(COMMAND + UPDATE)
    return load_all(app.topology(), app.folder)


def test_every_function_is_listed_with_where_it_is(applications: Mapping[str, Application]) -> None:
    rows = [row_of(found) for application in applications.values() for found in functions_of(application)]
    assert [(row.service, row.function, row.kind, row.route, row.topics) for row in rows] == [
        ("products", "products.create", "command", "POST /products", ("products",)),
        ("products", "products.update", "command", "PUT /products/<id>", ("products",)),
        ("products", "products.retrieve", "query", "GET /products/<id>", ("products",)),
        ("sales", "sales", "projector", None, ("customers",)),
    ]
    assert rows[1].summary == "Rename a product."
    assert rows[1].source.startswith("functions/commands/products.py:")


def test_a_misspelt_name_is_told_the_nearest(applications: Mapping[str, Application]) -> None:
    error = raised(lambda: find_function(applications, "products.updat"))
    assert (type(error), error.exit_code) == (NotFound, 3)
    assert error.message == "the application has no function products.updat; did you mean products.update?"
    error = raised(lambda: find_function({"sales": applications["sales"]}, "products.update"))
    assert error.message.startswith("service sales has no function products.update")


def test_a_name_of_two_kinds_is_asked_which(app: SmallApp) -> None:
    app.commands(UPDATE)
    app.queries(FINDING)
    applications = load_all(app.topology(), app.folder)
    assert "--kind" in raised(lambda: find_function(applications, "products.update")).message
    assert type(raised(lambda: find_function(applications, "products.update"))) is Malformed
    assert find_function(applications, "products.update", "query").kind == "query"


def test_a_command_is_described_with_the_schema_of_its_body(applications: Mapping[str, Application]) -> None:
    described = describe(find_function(applications, "products.update"))
    assert described["description"] == "Rename a product.\n\nNothing else of it changes."
    assert described["parameters"] == ["current", "body"]
    assert described["body"]["properties"] == {"name": {"type": "string"}}
    assert described["body"]["required"] == ["name"]


def test_a_query_is_described_with_the_schema_of_its_query_string(app: SmallApp) -> None:
    app.queries(FINDING)
    found: Found = find_function(load_all(app.topology(), app.folder), "products.update", "query")
    assert set(describe(found)["args"]["properties"]) == {"limit", "after", "name"}


def test_a_projector_is_described_with_its_tables(applications: Mapping[str, Application]) -> None:
    described = describe(find_function(applications, "sales"))
    assert (described["route"], described["tables"], described["version"]) == (None, ["tally"], 1)


def test_a_schema_within_a_schema_stands_where_it_is_used(app: SmallApp, tmp_path: Path) -> None:
    app.write(
        "functions/schemas.py",
        "from marshmallow import Schema, fields\n\n"
        "class Maker(Schema):\n    name = fields.String()\n\n"
        "class Product(Schema):\n    id = fields.String(dump_only=True)\n    maker = fields.Nested(Maker)\n",
    )
    described = describe(find_function(load_all(app.topology(), app.folder), "products.create"))
    assert set(described["body"]["properties"]) == {"maker"}
    assert described["body"]["properties"]["maker"]["properties"] == {"name": {"type": "string"}}
