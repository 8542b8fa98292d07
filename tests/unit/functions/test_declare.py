import importlib.metadata
import subprocess
import sys

import pytest

import foldline
from foldline import Entity, Event, Remove, Set, Tables, command, projector, query
from foldline.errors import DeclarationError
from foldline.functions.declare import CommandDeclaration, ProjectorDeclaration, QueryDeclaration, declaration_of


def double(number: int) -> int:
    return 2 * number


def test_a_declared_function_is_the_very_same_function() -> None:
    def create(body: Entity) -> Set:
        return Set(body)

    assert command("products", "POST /products")(create) is create
    assert create({"name": "Tea"}) == Set({"name": "Tea"})


def test_a_declaration_holds_what_it_was_told() -> None:
    @command("products", "DELETE /products/<id>", name="products.withdraw")
    def delete(current: Entity) -> Remove:
        return Remove()

    @query("GET /products")
    def browse() -> list[Entity]:
        return []

    @projector("sales", topics=["products"], tables="sales.sql", version=1)
    def tally(event: Event, db: Tables) -> None:
        pass

    assert declaration_of(delete) == CommandDeclaration("products", "DELETE /products/<id>", None, "products.withdraw")
    assert declaration_of(browse) == QueryDeclaration("GET /products", None, None)
    assert declaration_of(tally) == ProjectorDeclaration("sales", ("products",), "sales.sql", 1)
    assert declaration_of(double) is None


def test_one_topic_may_be_named_without_a_list() -> None:
    @projector("sales", topics="products", tables="sales.sql", version=1)
    def tally(event: Event, db: Tables) -> None:
        pass

    declaration = declaration_of(tally)
    assert isinstance(declaration, ProjectorDeclaration)
    assert declaration.topics == ("products",)


def test_a_function_is_declared_once() -> None:
    def both() -> list[Entity]:
        return []

    query("GET /a")(both)
    with pytest.raises(DeclarationError, match="both is declared twice"):
        query("GET /b")(both)


def test_only_functions_are_declared() -> None:
    with pytest.raises(DeclarationError, match="only plain functions"):
        query("GET /a")(print)


def test_importing_foldline_imports_nothing_heavy() -> None:
    heavy = ["flask", "werkzeug", "confluent_kafka", "gunicorn", "yaml", "prometheus_client", "structlog", "apispec"]
    script = f"import sys, foldline; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_version_is_the_distributions() -> None:
    assert foldline.__version__ == importlib.metadata.version("foldline")
