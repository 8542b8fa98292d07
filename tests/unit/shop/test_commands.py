from datetime import UTC, datetime
from decimal import Decimal
from types import ModuleType
from typing import Any

import pytest

from foldline import Remove, Set
from foldline.testing import when
from functions.commands import customers, products, purchases

TEA = {"name": "Tea", "price": 4}
ADA = {"firstName": "Ada", "lastName": "Lovelace"}
PURCHASE = {"productId": "p1", "customerId": "c1", "total": Decimal("8.50")}


def test_a_product_is_added() -> None:
    when(products.create, body=TEA).then(Set(TEA))


def test_a_customer_is_added() -> None:
    when(customers.create, body=ADA).then(Set(ADA))


def test_an_update_keeps_the_fields_that_a_newer_version_added() -> None:
    when(products.update, current=TEA | {"colour": "green"}, body=TEA | {"price": 5}).then(
        Set({"name": "Tea", "price": 5, "colour": "green"})
    )
    when(customers.update, current=ADA | {"vip": True}, body=ADA | {"lastName": "King"}).then(
        Set({"firstName": "Ada", "lastName": "King", "vip": True})
    )


@pytest.mark.parametrize(("commands", "entity"), [(products, TEA), (customers, ADA)])
def test_only_what_is_there_can_be_changed_or_removed(commands: ModuleType, entity: dict[str, Any]) -> None:
    when(commands.update, body=entity).not_found()
    when(commands.delete).not_found()
    when(commands.delete, current=entity).then(Remove())


def test_a_purchase_has_the_time_of_its_request() -> None:
    now = datetime(2026, 5, 1, 12, 30, 15, 250_000, tzinfo=UTC)
    when(purchases.create, body=PURCHASE, now=now).then(Set(PURCHASE | {"transactionDate": "2026-05-01T12:30:15.250Z"}))


def test_a_purchases_time_cannot_be_chosen() -> None:
    when(purchases.create, body=PURCHASE | {"transactionDate": "2020-01-01T00:00:00Z"}).invalid("transactionDate")


@pytest.mark.parametrize("price", [0, 1, 10**9, Decimal("0.01"), Decimal("19.90"), Decimal("1E+3")])
def test_money_is_kept_as_it_was_written(price: Any) -> None:
    when(products.create, body=TEA | {"price": price}).then(Set(TEA | {"price": price}))


@pytest.mark.parametrize(
    "price", [-1, 10**9 + 1, Decimal("0.001"), Decimal("-0.01"), Decimal("1000000000.01"), "4", True, None, [], {}]
)
def test_money_that_is_none_is_refused(price: Any) -> None:
    when(products.create, body=TEA | {"price": price}).invalid("price")
    when(purchases.create, body=PURCHASE | {"total": price}).invalid("total")


@pytest.mark.parametrize("name", ["", " ", "\t\n", "x" * 201, 5, None])
def test_names_show_something(name: Any) -> None:
    when(products.create, body=TEA | {"name": name}).invalid("name")
    when(customers.create, body={"firstName": name, "lastName": name}).invalid("firstName", "lastName")


@pytest.mark.parametrize("id", ["", "x" * 513, 5, None])
def test_references_are_ids(id: Any) -> None:
    when(purchases.create, body=PURCHASE | {"productId": id, "customerId": id}).invalid("productId", "customerId")


def test_every_field_is_needed() -> None:
    when(products.create).invalid("name", "price")
    when(customers.create).invalid("firstName", "lastName")
    when(purchases.create).invalid("productId", "customerId", "total")


def test_an_unknown_field_is_refused() -> None:
    when(products.create, body=TEA | {"prize": 4}).invalid("prize")
