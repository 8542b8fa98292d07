"""The dashboard's view: what each customer spent, what each product sold, and when.

Topics are folded in any order, so a purchase may come before its product and its customer, and outlive both. It counts
for their ids all the same; names come and go with the entities.
"""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from foldline import Entity, Event, Tables, projector
from functions.words import fold, words

GRAINS = {"minute": 60_000, "hour": 3_600_000, "day": 86_400_000}
"""The lengths of time that sales are summed up over, in milliseconds."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_MOST = 10**11
"""The largest amount of money, so that sums of many stay whole cents of 64 bits."""


class Sale(NamedTuple):
    """What is counted of a purchase."""

    customer_id: str
    product_id: str
    amount: int
    """Cents."""
    time: int
    """Milliseconds since 1970, UTC."""


@projector("sales", topics=["products", "customers", "purchases"], tables="sales.sql", version=1)
def tally(event: Event, db: Tables) -> None:
    """Keep counts and totals by customer, by product and over time, and the names that lists show.

    An entity without a field that it needs, or with money that is none, is refused with an error.
    """
    match event.topic:
        case "customers":
            _name(db, "customer", event.id, *customer(event.after))
        case "products":
            _name(db, "product", event.id, *product(event.after))
        case "purchases":
            _take_off(db, event.id)
            if event.after is not None:
                _put_on(db, event.id, sale(event.after, event.time))


# --- what is kept of an entity ---


class Named(NamedTuple):
    """What lists show of a customer or product, and the words that find it."""

    columns: dict[str, Any]
    words: list[str]


def customer(entity: Entity | None) -> Named:
    """Of a customer; None: it is gone."""
    if entity is None:
        return Named(dict.fromkeys(("first_name", "last_name", "first_key", "name_key")), [])
    first, last = entity["firstName"], entity["lastName"]
    keys = {"first_key": fold(first), "name_key": fold(last)}
    return Named({"first_name": first, "last_name": last, **keys}, words(first, last))


def product(entity: Entity | None) -> Named:
    """Of a product; None: it is gone."""
    if entity is None:
        return Named(dict.fromkeys(("name", "name_key", "price")), [])
    name = entity["name"]
    return Named({"name": name, "name_key": fold(name), "price": cents(entity["price"])}, words(name))


def sale(purchase: Entity, written: datetime) -> Sale:
    """Of a purchase; one that says no date counts from when it was written."""
    date = purchase.get("transactionDate")
    when = written if date is None else datetime.fromisoformat(date)
    since = (when if when.tzinfo else when.replace(tzinfo=UTC)) - EPOCH
    milliseconds = since // timedelta(milliseconds=1)
    return Sale(purchase["customerId"], purchase["productId"], cents(purchase["total"]), milliseconds)


def cents(amount: Any) -> int:
    """Money in its smallest unit; raises ValueError for what is none."""
    if type(amount) not in {int, Decimal} or abs(amount) > _MOST:
        raise ValueError(f"{amount!r} is no amount of money")
    minor = int(amount * 100)
    if Decimal(minor).scaleb(-2) != amount:
        raise ValueError(f"{amount} has parts of a cent")
    return minor


# --- how it is kept ---


def _name(db: Tables, kind: str, id: str, columns: dict[str, Any], found_by: list[str]) -> None:
    db.execute(
        f"INSERT INTO {kind}_sales (id, {', '.join(columns)}) VALUES (?{', ?' * len(columns)}) "
        f"ON CONFLICT DO UPDATE SET {', '.join(f'{column} = excluded.{column}' for column in columns)}",
        (id, *columns.values()),
    )
    _drop_if_empty(db, kind, id)
    db.execute(f"DELETE FROM {kind}_words WHERE id = ?", (id,))
    for word in found_by:
        db.execute(f"INSERT INTO {kind}_words VALUES (?, ?)", (id, word))


def _put_on(db: Tables, id: str, sale: Sale) -> None:
    db.execute("INSERT INTO sale VALUES (?, ?, ?, ?, ?)", (id, *sale))
    _count(db, sale, 1)


def _take_off(db: Tables, id: str) -> None:
    for row in db.execute(f"DELETE FROM sale WHERE id = ? RETURNING {', '.join(Sale._fields)}", (id,)):
        sale = Sale(*row)
        _count(db, sale, -1)
        _drop_if_empty(db, "customer", sale.customer_id)
        _drop_if_empty(db, "product", sale.product_id)


def _count(db: Tables, sale: Sale, change: int) -> None:
    """Add a purchase (change 1), or take it off (-1)."""
    spent = change * sale.amount
    db.execute(
        "INSERT INTO customer_sales (id, purchase_count, total_spent) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET "
        "purchase_count = purchase_count + excluded.purchase_count, total_spent = total_spent + excluded.total_spent",
        (sale.customer_id, change, spent),
    )
    db.execute(
        "INSERT INTO product_sales (id, purchase_count, customer_count, total_spent) VALUES (?, ?, ?, ?) "
        "ON CONFLICT DO UPDATE SET purchase_count = purchase_count + excluded.purchase_count, "
        "customer_count = customer_count + excluded.customer_count, total_spent = total_spent + excluded.total_spent",
        (sale.product_id, change, _count_pair(db, sale, change), spent),
    )
    for grain in GRAINS.values():
        _count_in_time(db, grain, sale.time - sale.time % grain, change, spent)


def _count_pair(db: Tables, sale: Sale, change: int) -> int:
    """Count what the customer bought of the product; gives how many more customers the product has now."""
    pair = (sale.product_id, sale.customer_id)
    [(count,)] = db.execute(
        "INSERT INTO product_customers VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET "
        "purchase_count = purchase_count + excluded.purchase_count RETURNING purchase_count",
        (*pair, change),
    )
    if count == 0:
        db.execute("DELETE FROM product_customers WHERE product_id = ? AND customer_id = ?", pair)
    return change if count == max(change, 0) else 0


def _count_in_time(db: Tables, grain: int, start: int, change: int, spent: int) -> None:
    [(count,)] = db.execute(
        "INSERT INTO sales_over_time VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
        "purchase_count = purchase_count + excluded.purchase_count, total = total + excluded.total "
        "RETURNING purchase_count",
        (grain, start, change, spent),
    )
    if count == 0:
        db.execute("DELETE FROM sales_over_time WHERE grain = ? AND start = ?", (grain, start))


def _drop_if_empty(db: Tables, kind: str, id: str) -> None:
    """Leave no row of what has neither a name nor purchases, as if it had never been."""
    db.execute(f"DELETE FROM {kind}_sales WHERE id = ? AND purchase_count = 0 AND name_key IS NULL", (id,))
