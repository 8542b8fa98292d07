"""What is taken away while a service runs: it says so, its reads go on, and it needs nobody once it has it again."""

import pytest
from flask.testing import FlaskClient
from secured_shop import SecuredShop, client_of
from services import eventually

from foldline.serve import RunningService

TEA = {"name": "Tea", "price": 4.5}


@pytest.fixture(autouse=True)
def sooner(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a service looks at every ten seconds, and says after ten seconds more."""
    monkeypatch.setattr("foldline.fold.watch._IDENTITIES_EVERY", 0.5)
    monkeypatch.setattr("foldline.operations._STALLED", 2.0)


@pytest.fixture
def service(shop: SecuredShop) -> RunningService:
    shop.admit("products")
    shop.grant_needs("products")
    return shop.serve("products")


@pytest.fixture
def products(service: RunningService) -> FlaskClient:
    client = client_of(service)
    assert client.post("/products", json=TEA).status_code == 201
    return client


def reads_go_on(products: FlaskClient) -> bool:
    return [product["name"] for product in products.get("/products").get_json()] == ["Tea"]


def is_not_ready_for(service: RunningService, reason: str) -> bool:
    return eventually(lambda: reason in "; ".join(service.operations.readiness()), 30)


@pytest.mark.parametrize("operation", ["Read", "DescribeConfigs"])
def test_a_right_to_read(shop: SecuredShop, service: RunningService, products: FlaskClient, operation: str) -> None:
    shop.broker.revoke(shop.user("products"), shop.topic("products"), operation)
    assert is_not_ready_for(service, f"grant this user {operation}")
    refused = products.post("/products", json=TEA)
    assert (refused.status_code, refused.get_json()["type"]) == (503, "urn:foldline:problem:not-ready")
    assert reads_go_on(products)
    shop.grant_needs("products")
    eventually(lambda: not service.operations.readiness())
    assert products.post("/products", json=TEA).status_code == 201


def test_the_right_to_write(shop: SecuredShop, service: RunningService, products: FlaskClient) -> None:
    shop.broker.revoke(shop.user("products"), shop.topic("products"), "Write")
    refused = eventually(lambda: [a for a in [products.post("/products", json=TEA)] if a.status_code != 201])[0]
    assert refused.status_code in {503, 504}
    assert "grant this user Write" in refused.get_json()["detail"]
    assert not service.operations.readiness()
    shop.grant_needs("products")
    eventually(lambda: products.post("/products", json=TEA).status_code == 201)


def test_the_user(shop: SecuredShop, service: RunningService, products: FlaskClient) -> None:
    shop.broker.remove_user(shop.user("products"))
    assert is_not_ready_for(service, "does not let this service in")
    assert products.post("/products", json=TEA).status_code == 503
    assert reads_go_on(products)
    shop.admit("products")
    eventually(lambda: not service.operations.readiness())
    eventually(lambda: products.post("/products", json=TEA).status_code == 201)
