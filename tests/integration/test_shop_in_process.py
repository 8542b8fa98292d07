"""The real shop, in this process."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from foldline.errors import NotReady, TopologyError
from foldline.testing import Running, running

SHOP = Path(__file__).parents[2]
SERVICES = ("products", "customers", "purchases")


@pytest.fixture
def shop() -> Iterator[Running]:
    with running(SHOP, *SERVICES) as started:
        yield started


def test_a_purchase_names_a_product_and_a_customer(shop: Running) -> None:
    product = shop["products"].post("/products", json={"name": "Tea", "price": 4.50})
    customer = shop["customers"].post("/customers", json={"firstName": "Ada", "lastName": "Byron"})
    assert product.status_code == customer.status_code == 201
    bought = {"productId": product.get_json()["id"], "customerId": customer.get_json()["id"], "total": 9.00}
    purchase = shop["purchases"].post("/purchases", json=bought)
    assert purchase.status_code == 201
    assert shop["purchases"].get(purchase.headers["Location"]).get_json() == purchase.get_json()
    assert purchase.get_json().items() >= bought.items()


def test_prices_keep_their_digits(shop: Running) -> None:
    products = shop["products"]
    created = products.post("/products", data='{"name":"Tea","price":4.50}', content_type="application/json")
    assert b'"price":4.50' in created.data
    assert b'"price":4.50' in products.get(created.headers["Location"]).data


def test_what_is_deleted_is_gone_and_its_history_stays(shop: Running) -> None:
    products = shop["products"]
    path = products.post("/products", json={"name": "Tea", "price": 1}).headers["Location"]
    products.put(path, json={"name": "Tea", "price": 2})
    assert products.delete(path).get_json()["price"] == 2
    assert products.get(path).status_code == 404
    events = products.get(f"{path}/history").get_json()["events"]
    assert [event["type"] for event in events] == ["products.delete", "products.update", "products.create"]


def test_each_service_serves_its_own_part_only(shop: Running) -> None:
    for service in SERVICES:
        assert shop[service].get("/readyz").status_code == 200
        for other in SERVICES:
            assert shop[service].get(f"/{other}").status_code == (200 if other == service else 404)


def test_what_is_written_to_one_replica_is_read_from_another_after_catching_up(tmp_path: Path) -> None:
    log = f"sqlite:{tmp_path / 'log.db'}"
    with running(SHOP, "products", log=log) as one, running(SHOP, "products", log=log) as other:
        path = one["products"].post("/products", json={"name": "Tea", "price": 1}).headers["Location"]
        other.catch_up()
        assert other["products"].get(path).get_json()["name"] == "Tea"


def test_a_position_waits_for_what_another_replica_wrote(tmp_path: Path) -> None:
    log = f"sqlite:{tmp_path / 'log.db'}"
    with running(SHOP, "products", log=log) as one, running(SHOP, "products", log=log) as other:
        for price in range(20):
            created = one["products"].post("/products", json={"name": "Tea", "price": price})
            position = {"Log-Position": created.headers["Log-Position"]}
            assert other["products"].get(created.headers["Location"], headers=position).get_json()["price"] == price


def test_settings_are_those_of_a_real_service() -> None:
    with running(SHOP, "products", token="hush") as shop:
        assert shop["products"].get("/products").status_code == 401
        assert shop["products"].get("/products", headers={"Authorization": "Bearer hush"}).get_json() == []
    with pytest.raises(TypeError), running(SHOP, "products", deadlin=1):
        pass


def test_an_unknown_service_is_told() -> None:
    with pytest.raises(TopologyError, match="product"), running(SHOP, "product"):
        pass


def test_a_service_that_does_not_come_to_be_ready_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foldline.testing.in_process._PATIENCE", 0.0)
    monkeypatch.setattr("foldline.operations.Operations.readiness", lambda _: ("it is told to wait",))
    with pytest.raises(NotReady, match="it is told to wait"), running(SHOP, "products"):
        pass
