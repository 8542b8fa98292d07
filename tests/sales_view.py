"""A small shop in the dashboard's tables, and its queries asked as HTTP asks them."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from marshmallow import Schema

from foldline import Entity, Items
from foldline.http.validation import load
from foldline.testing import history
from functions.projectors import sales
from functions.queries import dashboard
from functions.queries.dashboard import CustomersPage, ProductsPage, PurchasesPage, SalesPage

Fact = tuple[str, str, Mapping[str, Any] | None]

SORTS = [
    *(("customers", sort) for sort in dashboard.CUSTOMERS.sorts),
    *(("products", sort) for sort in dashboard.PRODUCTS.sorts),
    *(("purchases", sort) for sort in dashboard.PURCHASES.sorts),
]


class View:
    """The projector's tables in memory. It remembers what was executed."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self.database = database
        self.database.row_factory = sqlite3.Row
        self.database.executescript(Path(sales.__file__).with_name("sales.sql").read_text())
        self.executed: list[tuple[str, Any]] = []

    def execute(self, sql: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> list[sqlite3.Row]:
        self.executed.append((sql, params))
        return self.database.execute(sql, params).fetchall()

    def fold(self, *facts: Fact) -> None:
        for event in history(*facts):
            sales.tally(event, self)

    # --- asking as HTTP does ---

    def customers(self, **sent: str) -> Items:
        return dashboard.customers(self, args(CustomersPage, sent))

    def products(self, **sent: str) -> Items:
        return dashboard.products(self, args(ProductsPage, sent))

    def purchases(self, **sent: str) -> Items:
        return dashboard.purchases(self, args(PurchasesPage, sent))

    def sales(self, **sent: str) -> Items:
        return dashboard.sales(self, args(SalesPage, sent))


def args(schema: type[Schema], sent: Mapping[str, str]) -> dict[str, Any]:
    loaded: dict[str, Any] = load(schema(), sent)
    return loaded


def customer(id: str, name: str) -> Fact:
    first, last = name.split(" ")
    return ("customers", id, {"firstName": first, "lastName": last})


def product(id: str, name: str, price: str = "1") -> Fact:
    return ("products", id, {"name": name, "price": Decimal(price)})


def purchase(id: str, customer: str, product: str, total: str = "1", at: str = "2026-01-01T12:00:00Z") -> Fact:
    fields = {"customerId": customer, "productId": product, "total": Decimal(total), "transactionDate": at}
    return ("purchases", id, fields)


def many(count: int) -> Iterator[Fact]:
    """A shop in which much is the same, so that ties must be broken."""
    for n in range(count):
        yield customer(f"c{n}", f"{'Ada' if n % 3 else 'Bob'} Nr{n % 5}")
        yield product(f"p{n}", f"Tea {n % 4}", str(n % 3))
    for n in range(2 * count):
        at = f"2026-01-{1 + n % 7:02}T00:00:00Z"
        yield purchase(f"s{n}", f"c{n * n % count}", f"p{n % 7 * n % count}", str(n % 6), at)


def pages(view: View, name: str, **sent: str) -> list[Entity]:
    """All pages, one after the other."""
    page = getattr(view, name)(**sent)
    found = [*page]
    while page.after is not None:
        page = getattr(view, name)(**sent, after=page.after)
        assert page, "a page of nothing"
        found += page
    return found
