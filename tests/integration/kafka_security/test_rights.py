"""Services work with exactly the rights that `foldline deploy acls` lists, and say which one they lack."""

import pytest
from secured_shop import SecuredShop, client_of
from services import eventually

from foldline.errors import LogDenied

TEA = {"name": "Tea", "price": 4.5}


def test_topics_are_created_by_the_rights_to_create_them(shop: SecuredShop) -> None:
    names = [shop.topic(name) for name in ("products", "customers", "purchases")]
    assert sorted(shop.open_log("creator").describe(names)) == sorted(names)


@pytest.mark.parametrize("operation", ["Create", "Describe", "DescribeConfigs"])
def test_whoever_creates_topics_is_told_which_right_is_missing(bare_shop: SecuredShop, operation: str) -> None:
    bare_shop.admit("creator")
    bare_shop.grant_needs("creator", but={operation})
    with pytest.raises(LogDenied, match=rf"{bare_shop.topic('products')}.*grant this user .*\b{operation}\b"):
        bare_shop.create_topics("creator")


def test_a_service_with_commands_needs_no_more_than_is_listed(shop: SecuredShop) -> None:
    shop.admit("products")
    shop.grant_needs("products")
    service = shop.serve("products")
    products = client_of(service)
    created = products.post("/products", json=TEA)
    assert created.status_code == 201, created.text
    path = created.headers["Location"]
    assert products.put(path, json=TEA | {"price": 5}).status_code == 200
    assert products.get(path).get_json()["price"] == 5
    assert products.delete(path).status_code == 200
    assert len(products.get(f"{path}/history").get_json()["events"]) == 3
    service.close()
    again = client_of(shop.serve("products"))  # it compares its state with the log
    assert len(again.get(f"{path}/history").get_json()["events"]) == 3


def test_a_service_without_commands_needs_no_right_to_write_and_makes_no_producer(shop: SecuredShop) -> None:
    for service in ("products", "dashboard"):
        shop.admit(service)
        shop.grant_needs(service)
    dashboard = shop.serve("dashboard")
    client_of(shop.serve("products")).post("/products", json=TEA)
    eventually(lambda: [p["name"] for p in client_of(dashboard).get("/api/products").get_json()] == ["Tea"])
    assert dashboard.log._writer._producer is None  # type: ignore[attr-defined]


@pytest.mark.parametrize("operation", ["Read", "DescribeConfigs"])
def test_without_a_right_to_read_a_service_is_not_ready_and_says_which(shop: SecuredShop, operation: str) -> None:
    shop.admit("dashboard")
    shop.grant_needs("dashboard", but={operation})
    dashboard = shop.start("dashboard")
    reasons = eventually(lambda: [why for why in dashboard.operations.readiness() if "grant" in why])
    assert f"grant this user {operation} " in reasons[0]
    for name in ("products", "customers", "purchases"):
        assert shop.topic(name) in reasons[0]
    shop.grant_needs("dashboard")
    eventually(lambda: not dashboard.operations.readiness())


def test_without_the_right_to_write_commands_fail_and_say_so_and_reads_go_on(shop: SecuredShop) -> None:
    shop.admit("products")
    shop.grant_needs("products", but={"Write"})
    service = shop.serve("products")
    products = client_of(service)
    refused = products.post("/products", json=TEA)
    assert refused.status_code in {503, 504}
    assert "grant this user Write" in refused.get_json()["detail"]
    assert products.get("/products").get_json() == []
    assert not service.operations.readiness()
    shop.grant_needs("products")
    eventually(lambda: products.post("/products", json=TEA).status_code == 201)
