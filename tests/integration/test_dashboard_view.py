"""The dashboard's view in the real shop: folded from three topics, asked over HTTP."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from openapi_spec_validator import validate

from foldline.errors import LogError
from foldline.log.sqlite import SqliteLog
from foldline.testing import Running, running
from functions.queries.dashboard import CUSTOMERS, PRODUCTS

SHOP = Path(__file__).parents[2]
VIEW = (
    "customer_sales",
    "customer_words",
    "product_sales",
    "product_words",
    "product_customers",
    "sale",
    "sales_over_time",
)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Running]:
    with running(SHOP, log=f"sqlite:{tmp_path / 'log.db'}", state=f"{tmp_path}/") as started:
        yield started


def add(shop: Running, service: str, **fields: Any) -> str:
    created = shop[service].post(f"/{service}", json=fields)
    assert created.status_code == 201
    key: str = created.get_json()["id"]
    return key


def buy(shop: Running, customer: str, product: str, total: float) -> str:
    return add(shop, "purchases", customerId=customer, productId=product, total=total)


def listed(shop: Running, path: str) -> Any:
    """What the dashboard answers, once it has folded all."""
    shop.catch_up()
    answer = shop["dashboard"].get(path)
    assert answer.status_code == 200
    return answer.get_json()


def pages(client: FlaskClient, path: str) -> Iterator[list[dict[str, Any]]]:
    """Page after page, by the Links."""
    while True:
        answer = client.get(path)
        yield answer.get_json()
        link = re.fullmatch(r'<(.*)>; rel="next"', answer.headers.get("Link", ""))
        if link is None:
            return
        path = link[1]


def test_a_purchase_is_seen_from_both_sides(shop: Running) -> None:
    tea = add(shop, "products", name="Grüner Tee", price=4.5)
    ada = add(shop, "customers", firstName="Ada", lastName="Lovelace")
    buy(shop, ada, tea, 9)
    buy(shop, ada, "unknown", 0.5)
    assert listed(shop, f"/api/customers/{ada}") == {
        "id": ada,
        "firstName": "Ada",
        "lastName": "Lovelace",
        "purchaseCount": 2,
        "totalSpent": 9.5,
    }
    assert listed(shop, "/api/products?q=gruner")[0]["totalSpent"] == 9
    newest, oldest = listed(shop, f"/api/customers/{ada}/purchases")
    assert newest["product"] is None
    assert oldest["product"] == {"id": tea, "name": "Grüner Tee", "price": 4.5}
    assert listed(shop, "/api/purchases") == [newest, oldest]
    assert listed(shop, f"/api/products/{tea}/purchases") == [oldest]
    assert [day["purchaseCount"] for day in listed(shop, "/api/sales")] in ([2], [1, 1])
    assert b'"totalSpent":9.50' in shop["dashboard"].get("/api/customers").data


def test_what_was_written_is_read_with_its_position(shop: Running) -> None:
    written = shop["customers"].post("/customers", json={"firstName": "Ada", "lastName": "Lovelace"})
    at = {"Log-Position": written.headers["Log-Position"], "Prefer": "wait=10"}
    assert shop["dashboard"].get(f"/api/customers/{written.get_json()['id']}", headers=at).status_code == 200


def test_names_come_and_go_and_purchases_stay(shop: Running) -> None:
    tea = add(shop, "products", name="Tea", price=4.5)
    buy(shop, "somebody", tea, 9)
    shop["products"].delete(f"/products/{tea}")
    assert listed(shop, "/api/products") == []
    (purchase,) = listed(shop, f"/api/products/{tea}/purchases")
    assert (purchase["customer"], purchase["product"], purchase["amountSpent"]) == (None, None, 9)
    answer = shop["dashboard"].get(f"/api/products/{tea}")
    assert (answer.status_code, answer.get_json()["id"]) == (404, tea)


@pytest.mark.parametrize("sort", ["id", "-totalSpent", "lastName"])
def test_pages_are_linked_from_the_first_to_the_last(shop: Running, sort: str) -> None:
    for n in range(7):
        customer = add(shop, "customers", firstName=f"Zoë & {n}", lastName=f"?{n % 2}")
        buy(shop, customer, "tea", n % 3)
    whole = listed(shop, f"/api/customers?sort={sort}&q=zo%C3%AB")
    found = [*pages(shop["dashboard"], f"/api/customers?sort={sort}&q=zo%C3%AB&limit=3")]
    assert [len(page) for page in found] == [3, 3, 1]
    assert [*chain(*found)] == whole


def test_a_list_that_did_not_change_is_not_sent_again(shop: Running) -> None:
    add(shop, "products", name="Tea", price=4.5)
    listed(shop, "/api/products")
    tag = shop["dashboard"].get("/api/products").headers["ETag"]
    assert shop["dashboard"].get("/api/products", headers={"If-None-Match": tag}).status_code == 304
    buy(shop, "ada", "tea", 1)
    listed(shop, "/api/products")
    assert shop["dashboard"].get("/api/products", headers={"If-None-Match": tag}).status_code == 200


def test_an_entity_that_cannot_be_counted_is_parked_and_the_others_go_on(shop: Running, tmp_path: Path) -> None:
    with closing(SqliteLog(tmp_path / "log.db")) as log:
        for number, total in enumerate(['"nine"', "1.005", "9"]):
            text = f'{{"eventType":"set","payload":{{"customerId":"c","productId":"p","total":{total}}}}}'
            log.append("eventbus.purchases", b"%d" % number, text.encode(), (), complain)
        assert log.flush(10)
    assert [purchase["amountSpent"] for purchase in listed(shop, "/api/purchases")] == [9]
    parked = shop["dashboard"].get("/-/parked").get_json()
    assert {event["id"]: event["reason"].partition(":")[2].strip() for event in parked} == {
        "0": "'nine' is no amount of money",
        "1": "1.005 has parts of a cent",
    }


def complain(error: LogError) -> None:
    raise error


def test_a_view_that_is_made_anew_is_the_same(shop: Running, tmp_path: Path) -> None:
    customers = [add(shop, "customers", firstName=f"Ada {n}", lastName="Lovelace") for n in range(5)]
    products = [add(shop, "products", name=f"Tea {n}", price=n) for n in range(4)]
    for n in range(30):
        buy(shop, customers[n % 5], products[n * n % 4], n / 4)
    shop["customers"].delete(f"/customers/{customers[0]}")
    shop["products"].delete(f"/products/{products[0]}")
    shop["products"].put(f"/products/{products[1]}", json={"name": "Coffee", "price": 1.25})
    shop.catch_up()
    with running(SHOP, "dashboard", log=f"sqlite:{tmp_path / 'log.db'}", state=f"{tmp_path / 'anew.db'}") as again:
        again.catch_up()
    assert contents(tmp_path / "anew.db") == contents(tmp_path / "dashboard.db")


def contents(state: Path) -> dict[str, list[tuple[Any, ...]]]:
    with closing(sqlite3.connect(state)) as database:
        return {table: database.execute(f"SELECT * FROM {table}").fetchall() for table in VIEW}


def test_its_api_is_described(shop: Running) -> None:
    document = shop["dashboard"].get("/openapi.json").get_json()
    validate(document)
    for path, listing in (("/api/customers", CUSTOMERS), ("/api/products", PRODUCTS)):
        (sort,) = (one for one in document["paths"][path]["get"]["parameters"] if one.get("name") == "sort")
        assert {*listing.sorts} < {*sort["schema"]["enum"]}
