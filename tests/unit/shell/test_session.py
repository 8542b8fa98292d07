"""What is at hand at the prompt."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from small_app import SmallApp
from transports import Scripted, ok

from foldline.client import Client
from foldline.errors import ConnectionFailed, FieldError, Unauthorized
from foldline.shell.banner import banner
from foldline.shell.places import state_folder
from foldline.shell.session import Session
from foldline.topology import Topology

AWAY = ConnectionFailed("http://products: Connection refused", sent=False)


def plain(text: str) -> str:
    return text


@pytest.fixture
def topology(tmp_path: Path) -> Topology:
    return SmallApp(tmp_path).topology()


def query(name: str, path: str, parameters: Mapping[str, Any] | None = None) -> dict[str, Any]:
    answer = {"200": {"content": {"application/json": {"schema": {"type": "object"}}}}}
    return {path: {"get": {"x-foldline-function": name, "summary": name, "parameters": [], "responses": answer}}}


PRODUCT = {"title": "Product", "properties": {"id": {"type": "string", "readOnly": True}, "name": {"type": "string"}}}
CREATE = {
    "/products": {
        "post": {
            "x-foldline-function": "products.create",
            "x-foldline-topic": "products",
            "summary": "Add a product",
            "parameters": [],
            "requestBody": {"content": {"application/json": {"schema": {**PRODUCT, "required": ["name"]}}}},
            "responses": {"201": {}},
        }
    }
}
PRODUCTS = ok({"openapi": "3.1.0", "paths": CREATE, "components": {"schemas": {"entity.products": PRODUCT}}})
SALES = ok(
    {
        "openapi": "3.1.0",
        "paths": query("sales.total", "/total") | query("sales.by-day", "/days") | query("best", "/best"),
        "components": {"schemas": {}},
    }
)


class ByService(Scripted):
    """Gives each service's answers, in turn."""

    def __init__(self, **answers: list[Any]) -> None:
        super().__init__()
        self.by_service = answers

    def send(self, request: Any, timeout: float) -> Any:
        service = request.url.removeprefix("http://").partition("/")[0]
        self.answers.append(self.by_service[service].pop(0))
        return super().send(request, timeout)


def session(topology: Topology | None = None, **answers: list[Any]) -> Session:
    urls = {name: f"http://{name}" for name in answers}
    return Session(Client(urls, transport=ByService(**answers), max_retries=0), topology)


def test_classes_and_queries_are_there_under_their_names() -> None:
    names = session(products=[PRODUCTS], sales=[SALES]).names
    assert {"Product", "sales", "client", "connect"} <= set(names)
    assert repr(names["sales"]) == "<queries: total, by-day>"
    with pytest.raises(FieldError, match="there is no query totl; did you mean total"):
        names["sales"].totl  # noqa: B018


def test_the_banner_says_what_is_there_and_what_to_type() -> None:
    said = banner(session(products=[PRODUCTS], sales=[SALES]), "Ctrl-D leaves.", plain).splitlines()
    assert said[0].startswith("Foldline ")
    assert said[2:] == [
        "  Product  create  watch   refresh  history",
        "  sales    total  by-day",
        "",
        "  p = Product.create(name='...')",
        "",
        "Ctrl-D leaves.",
    ]


def test_the_banner_is_wrapped_at_words_to_the_width_of_the_terminal() -> None:
    names = [f"query_{number}" for number in range(12)]
    paths = {path: asked for name in names for path, asked in query(f"sales.{name}", f"/{name}").items()}
    many = ok({"openapi": "3.1.0", "paths": paths, "components": {"schemas": {}}})
    keys = "Tab completes, help(name) explains, Ctrl-D leaves."
    for width in (40, 60, 80):
        lines = banner(session(products=[PRODUCTS], sales=[many]), keys, plain, width).splitlines()
        assert max(map(len, lines)) <= width
        assert [word for line in lines for word in line.split() if word.startswith("query_")] == names
        [first] = [line for line in lines if line.startswith("  sales    query_0  query_1")]
        assert lines[lines.index(first) + 1].startswith("           query_")


def test_a_class_of_a_service_that_is_not_up_says_how_to_start_it(topology: Topology) -> None:
    opened = session(topology, products=[AWAY, AWAY, PRODUCTS], sales=[SALES, SALES, SALES])
    line = "products is not up; start it with `foldline serve products`"
    assert banner(opened, "keys", plain).splitlines()[-1] == line
    product = opened.names["Product"]
    assert repr(product) == "<Product: products is not up>"
    with pytest.raises(ConnectionFailed, match=r"^products is not up; start it"):
        product.create(name="Tea")
    assert product.create is not None
    assert opened.names["Product"].__name__ == "Product"
    assert opened.not_up() == []


def test_queries_of_a_service_that_is_not_up_say_how_to_start_it(tmp_path: Path) -> None:
    app = SmallApp(tmp_path)
    text = (tmp_path / "topics.yaml").read_text()
    app.write("topics.yaml", text.replace("projectors: [sales]}", "projectors: [sales], queries: [sales]}"))
    opened = session(app.topology(), products=[PRODUCTS, PRODUCTS, PRODUCTS], sales=[AWAY, AWAY, SALES])
    sales = opened.names["sales"]
    assert repr(sales) == "<sales: sales is not up>"
    with pytest.raises(ConnectionFailed, match=r"^sales is not up; start it with `foldline serve sales`$"):
        sales.total()
    assert sales.total is not None
    assert repr(opened.names["sales"]) == "<queries: total, by-day>"


def test_where_nothing_is_up_one_line_says_so() -> None:
    [line] = session(products=[AWAY], sales=[AWAY]).not_up()
    assert line == "no service is up; start each with `foldline serve`: products, sales"


def test_a_service_that_asks_for_a_token_says_so() -> None:
    assert session(products=[Unauthorized("Send the service's token.")]).not_up() == [
        "products does not answer: Send the service's token."
    ]


def test_without_a_topology_nothing_stands_for_what_is_away() -> None:
    assert "Product" not in session(products=[AWAY], sales=[SALES]).names


@pytest.mark.parametrize("base", ["", "relative"])
def test_what_was_typed_is_kept_where_the_system_keeps_such_things(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, base: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert state_folder({"XDG_STATE_HOME": base}) == tmp_path / ".local/state/foldline"
    assert state_folder({"XDG_STATE_HOME": str(tmp_path / "own")}) == tmp_path / "own/foldline"
    assert (tmp_path / "own/foldline").is_dir()
