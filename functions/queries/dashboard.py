"""What the dashboard shows: customers, products and purchases side by side. Money has two decimals, times are UTC."""

from datetime import timedelta
from decimal import Decimal
from sqlite3 import Row

from marshmallow import fields, validate

from foldline import Args, Entity, Items, NotFound, Page, Tables, query
from functions.listing import NO_END, Listing, SearchPage
from functions.projectors.sales import EPOCH, GRAINS

NEVER = 2**60
"""Milliseconds since 1970: later than any time."""


def customer_of(row: Row) -> Entity:
    return {
        "id": row["id"],
        "firstName": row["first_name"],
        "lastName": row["last_name"],
        "purchaseCount": row["purchase_count"],
        "totalSpent": money(row["total_spent"]),
    }


def product_of(row: Row) -> Entity:
    return {
        "id": row["id"],
        "name": row["name"],
        "price": money(row["price"]),
        "purchaseCount": row["purchase_count"],
        "customerCount": row["customer_count"],
        "totalSpent": money(row["total_spent"]),
    }


def purchase_of(row: Row) -> Entity:
    """A customer or product that is not known, or no longer, is None."""
    customer = {"id": row["customer_id"], "firstName": row["first_name"], "lastName": row["last_name"]}
    product = {"id": row["product_id"], "name": row["name"], "price": row["price"]}
    return {
        "id": row["id"],
        "customer": None if row["last_name"] is None else customer,
        "product": None if row["name"] is None else product | {"price": money(row["price"])},
        "amountSpent": money(row["amount"]),
        "transactionDate": timestamp(row["time"]),
    }


def money(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


def timestamp(milliseconds: int) -> str:
    time = EPOCH + timedelta(milliseconds=milliseconds)
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


CUSTOMERS = Listing(
    table="customer_sales",
    columns="item.*",
    joins="",
    listed="item.name_key IS NOT NULL",
    sorts={
        "id": "id",
        "firstName": "first_key",
        "lastName": "name_key",
        "purchaseCount": "purchase_count",
        "totalSpent": "total_spent",
    },
    found_by={"customer_words": "id"},
    show=customer_of,
)
PRODUCTS = Listing(
    table="product_sales",
    columns="item.*",
    joins="",
    listed="item.name_key IS NOT NULL",
    sorts={
        "id": "id",
        "name": "name_key",
        "price": "price",
        "purchaseCount": "purchase_count",
        "customerCount": "customer_count",
        "totalSpent": "total_spent",
    },
    found_by={"product_words": "id"},
    show=product_of,
)
PURCHASES = Listing(
    table="sale",
    columns="item.*, first_name, last_name, name, price",
    joins="LEFT JOIN customer_sales AS customer ON customer.id = item.customer_id "
    "LEFT JOIN product_sales AS product ON product.id = item.product_id",
    listed="TRUE",
    sorts={"transactionDate": "time", "amountSpent": "amount"},
    found_by={"customer_words": "customer_id", "product_words": "product_id"},
    show=purchase_of,
)


class CustomersPage(SearchPage):
    """The query string of a list of customers."""

    sort = CUSTOMERS.sort_field("id")


class ProductsPage(SearchPage):
    """The query string of a list of products."""

    sort = PRODUCTS.sort_field("id")


class PurchasesPage(SearchPage):
    """The query string of a list of purchases."""

    sort = PURCHASES.sort_field("-transactionDate")


class SalesPage(Page):
    """The query string of sales over time."""

    after = fields.String(load_default=None, validate=validate.Regexp("^-?[0-9]{1,15}$", error=NO_END))
    by = fields.String(load_default="day", validate=validate.OneOf([*GRAINS]))


@query("GET /api/customers", args=CustomersPage)
def customers(db: Tables, args: Args) -> Items:
    """Customers, and what they spent.

    `q` finds those of whom each of its words begins a name; upper case and accents do not matter.
    """
    return CUSTOMERS.page(db, args)


@query("GET /api/customers/<id>")
def customer(db: Tables, id: str) -> Entity:
    """One customer, and what they spent."""
    return _found(CUSTOMERS.find(db, id), id)


@query("GET /api/customers/<id>/purchases", args=PurchasesPage)
def customer_purchases(db: Tables, id: str, args: Args) -> Items:
    """What a customer bought, newest first; of a removed customer, too."""
    _check_known(db, "customer_sales", id)
    return PURCHASES.page(db, args, customer_id=id)


@query("GET /api/products", args=ProductsPage)
def products(db: Tables, args: Args) -> Items:
    """Products, and what they sold.

    `q` finds those of which each of its words begins a word of the name; upper case and accents do not matter.
    """
    return PRODUCTS.page(db, args)


@query("GET /api/products/<id>")
def product(db: Tables, id: str) -> Entity:
    """One product, and what it sold."""
    return _found(PRODUCTS.find(db, id), id)


@query("GET /api/products/<id>/purchases", args=PurchasesPage)
def product_purchases(db: Tables, id: str, args: Args) -> Items:
    """Who bought a product, newest first; of a removed product, too."""
    _check_known(db, "product_sales", id)
    return PURCHASES.page(db, args, product_id=id)


@query("GET /api/purchases", args=PurchasesPage)
def purchases(db: Tables, args: Args) -> Items:
    """Purchases with their customers and products, newest first.

    `q` finds those of which each of its words begins a word of the customer's or the product's name.
    """
    return PURCHASES.page(db, args)


@query("GET /api/purchases/<id>")
def purchase(db: Tables, id: str) -> Entity:
    """One purchase with its customer and product."""
    return _found(PURCHASES.find(db, id), id)


@query("GET /api/sales", args=SalesPage)
def sales(db: Tables, args: Args) -> Items:
    """Sales by day, hour or minute of UTC, newest first; times without sales are left out."""
    rows = db.execute(
        "SELECT start, purchase_count, total FROM sales_over_time "
        "WHERE grain = ? AND start < ? ORDER BY start DESC LIMIT ?",
        (GRAINS[args["by"]], int(args["after"] or NEVER), args["limit"] + 1),
    )
    page = rows[: args["limit"]]
    items = [{"from": timestamp(start), "purchaseCount": count, "total": money(total)} for start, count, total in page]
    return Items(items, str(page[-1]["start"]) if len(rows) > len(page) else None)


def _found(entity: Entity | None, id: str) -> Entity:
    if entity is None:
        raise NotFound(f"There is nothing with id {id!r}.", id=id)
    return entity


def _check_known(db: Tables, table: str, id: str) -> None:
    """Somebody or something that is gone is still known as long as there are purchases."""
    if not db.execute(f"SELECT 1 FROM {table} WHERE id = ?", (id,)):
        raise NotFound(f"There is nothing with id {id!r}.", id=id)
