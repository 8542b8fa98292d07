"""Every mistake that a function's author can make, and what is said of it."""

from textwrap import indent

import pytest
from small_app import SmallApp

AT = "functions/commands/products.py:6 f: "
ASKING = "functions/queries/products.py:6 f: "


def command(declared: str, function: str = "def f() -> Set:") -> str:
    return f'@command("products", {declared})\n{function}\n    return Set({{}})\n'


def query(declared: str, function: str = "def f() -> Entity:") -> str:
    return f"@query({declared})\n{function}\n    return {{}}\n"


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ("curent: Entity", "parameter curent is unknown; did you mean current?"),
        ("product: Entities", "parameter product is unknown; did you mean products?"),
        ("xyz: str", "parameter xyz is unknown; known are current, id, now, products"),
        ("customers: Entities", "parameter customers: service products does not fold it; add it to the service's top"),
        ("body: Entity", "parameter body: its schema is not declared: @command(..., body=SCHEMA)"),
        ("args: Args", "parameter args: only queries read the query string"),
        ("db: Tables", "parameter db: a command reads entities, by their topic's name, and no tables"),
        ("event: Event", "parameter event: only projectors get events"),
        ("*others: str", "parameter *others cannot be filled: parameters are filled by name"),
        ("**others: str", "parameter **others cannot be filled: parameters are filled by name"),
        ("id: str, /", "parameter id cannot be filled: parameters are filled by name"),
        ("id: str = 'x'", "parameter id has a default, which would never be used; take it off"),
        ("current", "parameter current: annotate it Entity (404 where there is none) or Entity | None"),
        ("current: str", "parameter current: annotate it Entity (404 where there is none) or Entity | None"),
        ("current: 'Entty'", "parameter current: its annotation cannot be read: name 'Entty' is not defined"),
    ],
)
def test_a_parameter_of_a_command_that_cannot_be_filled(app: SmallApp, parameters: str, said: str) -> None:
    app.commands(command('"PUT /products/<id>"', f"def f({parameters}) -> Set:"))
    assert app.mistake().startswith(AT + said)


@pytest.mark.parametrize(
    "annotation", ["Entity | None", "Optional[Entity]", "'Entity | None'", "dict[str, Any] | None", "None | Entity"]
)
def test_current_may_be_absent(app: SmallApp, annotation: str) -> None:
    app.commands(command('"PUT /products/<id>"', f"def f(current: {annotation}) -> Set:"))
    assert app.load().commands[0].current.value == "optional"


@pytest.mark.parametrize("annotation", ["Entity", "'Entity'", "dict[str, Any]"])
def test_current_may_be_required(app: SmallApp, annotation: str) -> None:
    app.commands(command('"PUT /products/<id>"', f"def f(current: {annotation}) -> Set:"))
    assert app.load().commands[0].current.value == "required"


def test_annotations_may_be_text_throughout(app: SmallApp) -> None:
    app.write(
        "functions/commands/products.py",
        "from __future__ import annotations\nfrom foldline import Entity, Set, command\n"
        + command('"PUT /products/<id>"', "def f(current: Entity | None) -> Set:"),
    )
    assert app.load().commands[0].current.value == "optional"


@pytest.mark.parametrize(
    ("route", "said"),
    [
        ("GET /products", "its route begins with GET; known are DELETE, PATCH, POST, PUT"),
        ("POTS /products", "its route begins with POTS; did you mean POST?"),
        ("/products", "its route begins with /products; known are"),
        ("POST products", "its path is 'products'; one looks like /products/<id>"),
        ("POST", "its path is ''; one looks like /products/<id>"),
        ("POST /", "its path is '/'; one looks like /products/<id>"),
        ("POST /products/", "its path has '' between slashes"),
        ("POST /products//a", "its path has '' between slashes"),
        ("POST /pro ducts", "its path has 'pro ducts' between slashes"),
        ("POST /products/<int:id>", "its path has '<int:id>' between slashes"),
        ("POST /products/a<id>", "its path has 'a<id>' between slashes"),
        ("POST /-/products", "its path begins with /-, which is the runtime's own"),
        ("POST /metrics", "its path begins with /metrics, which is the runtime's own"),
        ("POST /a/<id>/<id>", "its path has <id> twice"),
        ("POST /a/<now>", "its path has <now>, a name that means something else as a parameter; choose another"),
        ("POST /a/<products>", "its path has <products>, a name that means something else"),
        ("POST /a/<customers>", "its path has <customers>, a name that means something else"),
        ("POST /a/<class>", "its path has <class>, a name that means something else"),
        ("POST /a/<shelf>", "it has no parameter shelf"),
        ("PUT /products", "its route has no <id>, so it creates, and that takes POST, not PUT"),
    ],
)
def test_a_route_of_a_command_that_cannot_be_served(app: SmallApp, route: str, said: str) -> None:
    app.commands(command(f'"{route}"'))
    assert any(problem.startswith(AT + said) for problem in app.mistakes())


def test_a_create_has_no_entity_to_require(app: SmallApp) -> None:
    app.commands(command('"POST /products"', "def f(current: Entity) -> Set:"))
    assert "so it creates, and there is no entity yet" in app.mistake()


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ('"POST /products", body=schemas.Product', "it has no parameter body"),
        ('"POST /products", body=schemas.Product()', "body= is <Product"),
        ('"POST /products", name="a b"', "its name 'a b' has other signs than letters"),
    ],
)
def test_an_option_of_a_command_that_makes_no_sense(app: SmallApp, declared: str, said: str) -> None:
    app.commands(command(declared))
    assert any(problem.startswith(AT + said) for problem in app.mistakes())


@pytest.mark.parametrize(
    ("topic", "said"),
    [
        ("product", "there is no topic product; did you mean products?"),
        ("customers", "topic customers: service products does not fold it"),
    ],
)
def test_a_topic_that_a_command_cannot_write(app: SmallApp, topic: str, said: str) -> None:
    app.commands(f'@command("{topic}", "POST /products")\ndef f() -> Set:\n    return Set({{}})\n')
    assert app.mistake().startswith(AT + said)


@pytest.mark.parametrize(
    ("function", "said"),
    [
        ("async def f() -> Set:", "it is async; functions do no I/O"),
        ("def f() -> Set:\n    yield", "it yields; a function returns its one result"),
    ],
)
def test_a_function_that_is_not_plain(app: SmallApp, function: str, said: str) -> None:
    app.commands(command('"POST /products"', function))
    assert app.mistake().startswith(AT + said)


@pytest.mark.parametrize(
    ("declared", "function", "said"),
    [
        ('"GET /a"', "def f(now) -> Entity:", "parameter now: only commands have it; a query answers from state alone"),
        ('"GET /a"', "def f(body) -> Entity:", "parameter body: only commands read a body"),
        ('"GET /a"', "def f(current: Entity) -> Entity:", "parameter current: only commands have it; take the topic"),
        ('"GET /a"', "def f(id: str) -> Entity:", "parameter id: its route has no <id>"),
        ('"GET /a"', "def f(args: Args) -> Entity:", "parameter args: its schema is not declared: @query(..., args="),
        ('"GET /a", args=Page', "def f() -> Entity:", "it has no parameter args"),
        ('"GET /a"', "def f(dbs: Tables) -> Entity:", "parameter dbs is unknown; did you mean db?"),
        ('"GET /a/<id>"', "def f() -> Entity:", "it has no parameter id"),
        ('"POST /a"', "def f() -> Entity:", "its route begins with POST; known are GET"),
        ('"GET /readyz"', "def f() -> Entity:", "its path begins with /readyz, which is the runtime's own"),
        ('"GET /products/<id>/history"', "def f(id: str) -> Entity:", "/products/<id>/history is the runtime's own"),
    ],
)
def test_a_query_that_cannot_be_served(app: SmallApp, declared: str, function: str, said: str) -> None:
    app.queries(query(declared, function))
    assert app.mistake().startswith(ASKING + said)


FOLDING = "functions/projectors/sales.py:6 f: "


@pytest.mark.parametrize(
    ("declared", "parameters", "said"),
    [
        ('topics=["product"], version=1', "event, db", "there is no topic product; did you mean products?"),
        ("topics=[], version=1", "event, db", "it names no topics"),
        ('topics=["products", "products"], version=1', "event, db", "it names a topic twice"),
        ('topics=["products"], version=0', "event, db", "its version is 0; it is a whole number from 1"),
        ('topics=["products"], version=True', "event, db", "its version is True; it is a whole number from 1"),
        ('topics=["products"], version="1"', "event, db", "its version is '1'; it is a whole number from 1"),
        ('topics=["products"], version=1', "event", "it has no parameter db"),
        ('topics=["products"], version=1', "db", "it has no parameter event"),
        ('topics=["products"], version=1', "event, db, now", "parameter now: a projector sees its event and its own t"),
        ('topics=["products"], version=1', "event, db, products", "parameter products: a projector sees its event"),
    ],
)
def test_a_projector_that_cannot_be_run(app: SmallApp, declared: str, parameters: str, said: str) -> None:
    app.projectors(f'@projector("sales", tables="sales.sql", {declared})\ndef f({parameters}) -> None:\n    pass\n')
    assert app.mistake("sales").startswith(FOLDING + said)


def test_tables_that_are_not_there(app: SmallApp) -> None:
    (app.folder / "functions/projectors/sales.sql").unlink()
    assert app.mistake("sales").startswith("functions/projectors/sales.py:6 tally: its tables: sales.sql cannot be")


@pytest.mark.parametrize("tables", ["", "..", "nowhere/sales.sql"])
def test_tables_that_are_no_file(app: SmallApp, tables: str) -> None:
    app.projectors(
        f'@projector("sales", topics=["products"], tables="{tables}", version=1)\ndef f(event, db) -> None:\n    pass\n'
    )
    assert "cannot be read beside the module" in app.mistake("sales")


def test_tables_that_do_more_than_create(app: SmallApp) -> None:
    app.write("functions/projectors/sales.sql", "CREATE TABLE a (b); INSERT INTO a VALUES (1);")
    assert "its tables: only CREATE TABLE and CREATE INDEX may stand there" in app.mistake("sales")


def test_a_table_named_like_a_topic(app: SmallApp) -> None:
    app.write("functions/projectors/sales.sql", "CREATE TABLE Products (a);")
    assert app.mistake("sales").endswith("its tables: Products clashes with the view of topic products")


def test_two_projectors_with_one_table(app: SmallApp) -> None:
    second = '@projector("again", topics=["products"], tables="again.sql", version=1)\ndef g(event, db) -> None:\n'
    app.projectors(
        '@projector("sales", topics=["products"], tables="sales.sql", version=1)\ndef f(event, db) -> None:\n    pass\n'
        + second
        + indent("pass\n", "    ")
    )
    app.write("functions/projectors/again.sql", "CREATE TABLE TALLY (a);")
    assert app.mistake("sales").endswith("again: its tables: TALLY clashes with sales")


def test_two_commands_with_one_name(app: SmallApp) -> None:
    app.commands(
        command('"POST /a", name="products.add"') + command('"POST /b", name="products.add"', "def g() -> Set:")
    )
    assert app.mistake() == (
        "functions/commands/products.py:9 products.add: "
        "its name clashes with that of products.add at functions/commands/products.py:6"
    )


def test_two_commands_with_one_shape_of_route(app: SmallApp) -> None:
    app.commands(command('"POST /a/<id>"') + command('"POST /a/<shelf>"', "def g(shelf: str) -> Set:"))
    assert "products.g: its route clashes with that of products.f at functions/commands" in app.mistake()


def test_the_same_path_with_other_methods_is_no_clash(app: SmallApp) -> None:
    app.commands(command('"PUT /products/<id>"') + command('"DELETE /products/<id>"', "def g() -> Set:"))
    assert len(app.load().commands) == 2


def test_a_query_among_the_commands(app: SmallApp) -> None:
    app.commands(query('"GET /products"'))
    assert app.mistake() == AT + "it belongs in functions/queries"


@pytest.mark.parametrize(
    ("selected", "said"),
    [
        ("product", "topics.yaml: commands: there is no functions/commands/product.py; did you mean products?"),
        ("products.crate", "functions/commands/products.py: it declares no crate; did you mean create?"),
    ],
)
def test_a_function_that_is_not_there(app: SmallApp, selected: str, said: str) -> None:
    text = (app.folder / "topics.yaml").read_text()
    app.write("topics.yaml", text.replace("commands: [products]", f"commands: [{selected}]"))
    assert app.mistake() == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def f(:\n", "functions/commands/products.py:6: SyntaxError: invalid syntax"),
        ("a = 1\n1 / 0\n", "functions/commands/products.py:7: ZeroDivisionError: division by zero"),
        (
            "from functions import schema\n",
            "functions/commands/products.py:6: ImportError: cannot import name 'schema'",
        ),
        ("import nowhere\n", "functions/commands/products.py:6: ModuleNotFoundError: No module named 'nowhere'"),
        (
            "@query\ndef f():\n    pass\n",
            "functions/commands/products.py:6: @query stands without its route; write @query",
        ),
        ("@command\ndef f():\n    pass\n", "functions/commands/products.py:6: TypeError: command() missing 1 required"),
        ("command('a', 'POST /a')(print)\n", "functions/commands/products.py:6: <built-in function print> cannot be"),
    ],
)
def test_a_module_that_cannot_be_imported(app: SmallApp, text: str, said: str) -> None:
    app.commands(text)
    assert app.mistake().startswith(said)


def test_a_mistake_in_what_all_import_is_told_once(app: SmallApp) -> None:
    app.write("functions/schemas.py", "1 / 0\n")
    assert app.mistake() == "functions/schemas.py:1: ZeroDivisionError: division by zero"


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ("functions.schemas:Produt", "topics.products.schema: functions.schemas has no Produt; did you mean Product?"),
        ("functions.schemas:fields", "topics.products.schema: functions.schemas:fields is no marshmallow Schema class"),
        ("functions.shemas:Product", "topics.products.schema: ModuleNotFoundError: No module named 'functions.shemas'"),
    ],
)
def test_a_schema_that_is_not_there(app: SmallApp, schema: str, said: str) -> None:
    text = (app.folder / "topics.yaml").read_text()
    app.write("topics.yaml", text.replace("functions.schemas:Product", schema, 1))
    assert app.mistake() == f"topics.yaml: {said}"


def test_an_upcast_that_is_no_function(app: SmallApp) -> None:
    text = (app.folder / "topics.yaml").read_text()
    upcast = '"functions.schemas:Product", upcast: "functions.schemas:__name__", partitions: 3}\n  customers'
    app.write("topics.yaml", text.replace('"functions.schemas:Product", partitions: 3}\n  customers', upcast))
    assert app.mistake() == "topics.yaml: topics.products.upcast: functions.schemas:__name__ is no function"


def test_all_mistakes_are_told_at_once(app: SmallApp) -> None:
    app.commands(command('"PST /a"', "def f(curent) -> Set:") + command('"POST /b"', "def g(*args) -> Set:"))
    app.queries(query('"GET /a"', "def f(now) -> Entity:"))
    assert len(app.mistakes()) == 4
