from collections.abc import Callable
from pathlib import Path

import pytest
from small_app import SmallApp

from foldline import Set
from foldline.errors import DeclarationError, TopologyError
from foldline.functions.definition import Current, Route, Source
from foldline.functions.loading import load, load_all
from foldline.topology import read_topology


def test_a_service_is_loaded_with_all_that_it_runs(app: SmallApp) -> None:
    application = app.load()
    (create,), (retrieve,) = application.commands, application.queries
    assert (create.name, create.topic, create.route) == ("products.create", "products", Route("POST", "/products"))
    assert (create.parameters, create.current, create.creates) == (("body",), Current.UNUSED, True)
    assert create.source == Source("functions/commands/products.py", 6)
    assert create.function(body={"name": "Tea"}) == Set({"name": "Tea"})
    assert (retrieve.name, retrieve.parameters) == ("products.retrieve", ("products", "id"))
    assert application.projectors == ()
    assert [*application.topics] == ["products"]
    assert application.topics["products"].schema is create.body


def test_a_projector_is_loaded_with_the_text_of_its_tables(app: SmallApp) -> None:
    (tally,) = app.load("sales").projectors
    assert (tally.name, tally.topics, tally.version) == ("sales", ("customers",), 1)
    assert tally.tables == "CREATE TABLE tally (customer TEXT);"


def test_all_services_are_loaded_at_once(app: SmallApp) -> None:
    assert [*load_all(app.topology(), app.folder)] == ["products", "sales"]


def test_the_mistakes_of_all_services_are_told_at_once(app: SmallApp) -> None:
    app.commands("")
    app.projectors("")
    with pytest.raises(DeclarationError) as caught:
        load_all(app.topology(), app.folder)
    assert len(caught.value.problems) == 2


def test_one_function_of_a_module_can_be_chosen(app: SmallApp) -> None:
    app.queries("""
        @query("GET /products")
        def browse(products: Entities) -> list[Entity]:
            return products.page()

        @query("GET /products/<id>")
        def retrieve(products: Entities, id: str) -> Entity:
            return products[id]
    """)
    app.write("topics.yaml", (app.folder / "topics.yaml").read_text().replace("[products]}", "[products.browse]}"))
    assert [query.name for query in app.load().queries] == ["products.browse"]


def test_what_a_module_only_imports_is_not_its_own(app: SmallApp) -> None:
    app.write("functions/queries/customers.py", "from functions.queries.products import retrieve\n")
    app.write(
        "topics.yaml", (app.folder / "topics.yaml").read_text().replace("queries: [products]", "queries: [customers]")
    )
    assert app.mistake() == "functions/queries/customers.py: it declares nothing; put a decorator above a function"


def test_a_name_can_be_given(app: SmallApp) -> None:
    app.commands("""
        @command("products", "POST /products", name="products.add")
        def create() -> Set:
            return Set({})
    """)
    assert app.load().commands[0].name == "products.add"


def test_a_topic_may_have_an_upcast(app: SmallApp) -> None:
    app.write("functions/upcasts.py", "def product(old):\n    return old | {'new': True}\n")
    with_upcast = 'Product", upcast: "functions.upcasts:product", partitions: 3}\n  customers'
    app.write(
        "topics.yaml",
        (app.folder / "topics.yaml").read_text().replace('Product", partitions: 3}\n  customers', with_upcast),
    )
    upcast = app.load().topics["products"].upcast
    assert upcast is not None
    assert upcast({"id": "1"}) == {"id": "1", "new": True}


def test_two_applications_are_loaded_in_one_process(make_app: Callable[[str], SmallApp]) -> None:
    first, second = make_app("first"), make_app("second")
    second.commands("""
        @command("products", "POST /products/<id>/deposit")
        def deposit(current: Entity) -> Set:
            return Set(current)
    """)
    assert [command.name for command in first.load().commands] == ["products.create"]
    assert [command.name for command in second.load().commands] == ["products.deposit"]
    assert [command.name for command in first.load().commands] == ["products.create"]


def test_a_module_of_another_application_does_not_fill_a_gap(make_app: Callable[[str], SmallApp]) -> None:
    first, second = make_app("first"), make_app("second")
    (second.folder / "functions/schemas.py").unlink()
    second.commands("")
    first.load()
    assert any("there is no module functions.schemas in" in problem for problem in second.mistakes())


def test_the_version_changes_with_the_code_and_only_with_it(app: SmallApp) -> None:
    version = app.load().version
    assert app.load().version == version
    app.write("functions/helpers.py", "RATE = 2\n")
    assert app.load().version != version


def test_the_version_does_not_depend_on_the_folder(make_app: Callable[[str], SmallApp]) -> None:
    assert make_app("first").load().version == make_app("second").load().version


def test_an_unknown_service_is_told_with_the_nearest(app: SmallApp) -> None:
    with pytest.raises(TopologyError, match=r"no service product; did you mean products?"):
        app.load("product")


def test_the_shop_loads() -> None:
    repository = Path(__file__).parents[3]
    applications = load_all(read_topology(repository / "topics.yaml"), repository)
    assert [query.name for query in applications["purchases"].queries] == ["purchases.browse", "purchases.retrieve"]


def test_the_folder_may_be_relative(app: SmallApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(app.folder)
    assert load(app.topology(), "products", Path()).commands


def test_the_functions_may_be_a_link(app: SmallApp, tmp_path: Path) -> None:
    linked = tmp_path / "linked"
    linked.mkdir()
    (linked / "functions").symlink_to(app.folder / "functions")
    (command,) = load(app.topology(), "products", linked).commands
    assert command.source.file == "functions/commands/products.py"
