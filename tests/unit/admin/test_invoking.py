"""Calling functions of running services."""

from decimal import Decimal

import pytest
from small_app import COMMAND, SmallApp
from stand_ins import raised
from transports import Scripted, ok, problem

from foldline.admin.catalogue import find_function
from foldline.admin.invoking import Invocation, invoke
from foldline.admin.services import Services
from foldline.client.transport import Answer
from foldline.errors import Malformed, PreconditionFailed
from foldline.functions.loading import load_all

COMMANDS = (
    COMMAND
    + """
@command("products", "POST /shops/<shop>/products/<id>/rename", body=schemas.Product)
def rename(current: Entity, shop: str, body: Entity) -> Set:
    return Set(current | body)

@command("products", "DELETE /products/<id>")
def delete(current: Entity) -> Remove:
    return Remove()
"""
)
QUERY = """
@query("GET /products", args=Page)
def browse(products: Entities, args: Args) -> list[Entity]:
    return products.page(**args)
"""


@pytest.fixture(autouse=True)
def functions(app: SmallApp) -> None:
    app.commands(COMMANDS)
    app.queries(QUERY)


def call(app: SmallApp, name: str, given: Invocation, transport: Scripted) -> Answer:
    found = find_function(load_all(app.topology(), app.folder), name)
    return invoke(Services({"products": "http://p"}, None, transport), found, given, timeout=7)


def test_a_command_is_sent_its_fields_as_they_were_written(app: SmallApp) -> None:
    transport = Scripted(ok({"id": "1"}, 201))
    given = Invocation(fields={"name": Decimal("1.50")}, headers={"Idempotency-Key": "k"})
    assert call(app, "products.create", given, transport).json() == {"id": "1"}
    [sent] = transport.sent
    assert (sent.method, sent.url, sent.body) == ("POST", "http://p/products", b'{"name":1.50}')
    assert (sent.headers["Content-Type"], sent.headers["Idempotency-Key"]) == ("application/json", "k")
    assert transport.timeouts == [7]


def test_variables_of_the_path_are_filled_in_and_quoted(app: SmallApp) -> None:
    transport = Scripted(ok({}))
    call(app, "products.rename", Invocation({"id": "a/b ü", "shop": "s"}, {"name": "x"}), transport)
    assert transport.sent[0].url == "http://p/shops/s/products/a%2Fb%20%C3%BC/rename"


def test_a_command_without_a_body_is_sent_none(app: SmallApp) -> None:
    transport = Scripted(ok({}))
    call(app, "products.delete", Invocation({"id": "1"}), transport)
    assert (transport.sent[0].method, transport.sent[0].body) == ("DELETE", None)


def test_the_fields_of_a_query_are_its_query_string(app: SmallApp) -> None:
    transport = Scripted(ok([]))
    call(app, "products.browse", Invocation(fields={"limit": 2, "after": "a&b"}), transport)
    assert (transport.sent[0].method, transport.sent[0].url) == ("GET", "http://p/products?limit=2&after=a%26b")


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("products.rename", Invocation({"shop": "s"}), "say --id ID"),
        ("products.rename", Invocation({"id": "1"}), "say --path shop=..."),
        ("products.rename", Invocation({"id": "1", "shoop": "s"}), "it has no <shoop>; did you mean shop?"),
        ("products.create", Invocation(fields={"naem": "x"}), "products.create takes no naem; did you mean name?"),
        ("products.browse", Invocation(fields={"limits": "x"}), "products.browse takes no limits; did you mean limit?"),
        ("products.delete", Invocation({"id": "1"}, {"a": 1}), "products.delete takes no fields, but a came"),
        ("sales", Invocation(), "sales is a projector"),
    ],
)
def test_what_cannot_be_called_is_told_before_anything_is_sent(
    app: SmallApp, name: str, given: Invocation, message: str
) -> None:
    transport = Scripted()
    error = raised(lambda: call(app, name, given, transport))
    assert (type(error), error.exit_code) == (Malformed, 2)
    assert message in error.message
    assert transport.sent == []


def test_a_field_that_repeats_the_paths_id_is_for_the_service_to_judge(app: SmallApp) -> None:
    transport = Scripted(ok({}))
    call(app, "products.rename", Invocation({"id": "1", "shop": "s"}, {"id": "1", "name": "x"}), transport)
    assert transport.sent[0].body == b'{"id":"1","name":"x"}'


def test_what_the_service_refuses_is_raised(app: SmallApp) -> None:
    transport = Scripted(problem(412, "precondition-failed", "The entity is another."))
    error = raised(
        lambda: call(app, "products.delete", Invocation({"id": "1"}, headers={"If-Match": '"0"'}), transport)
    )
    assert (type(error), error.exit_code, error.message) == (PreconditionFailed, 5, "The entity is another.")
