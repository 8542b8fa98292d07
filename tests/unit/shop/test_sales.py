"""The projector `sales`: what its tables hold, and that they are a function of the current entities."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foldline import Entity, Event
from foldline.testing import history, is_function_of_state, projecting
from functions.projectors.sales import cents, tally

Fact = tuple[str, str, Mapping[str, Any] | None]

TEA: Fact = ("products", "tea", {"name": "Green tea", "price": Decimal("4.50")})
ADA: Fact = ("customers", "ada", {"firstName": "Ada", "lastName": "Lovelace"})

CUSTOMER = "SELECT first_name, last_name, purchase_count, total_spent FROM customer_sales WHERE id = ?"
PRODUCT = "SELECT name, price, purchase_count, customer_count, total_spent FROM product_sales WHERE id = ?"
TIMES = "SELECT grain, start, purchase_count, total FROM sales_over_time ORDER BY 1, 2"


def bought(id: str, customer: str, product: str, total: str, at: str = "2026-01-01T12:00:00.000Z") -> Fact:
    fields = {"customerId": customer, "productId": product, "total": Decimal(total), "transactionDate": at}
    return ("purchases", id, fields)


def rows(facts: Sequence[Fact], sql: str, *params: str) -> list[tuple[Any, ...]]:
    return projecting(tally).given(*history(*facts)).rows(sql, params)


# --- examples ---


def test_purchases_are_counted_for_their_customer_and_product() -> None:
    facts = [TEA, ADA, bought("1", "ada", "tea", "4.50"), bought("2", "ada", "tea", "9")]
    assert rows(facts, CUSTOMER, "ada") == [("Ada", "Lovelace", 2, 1350)]
    assert rows(facts, PRODUCT, "tea") == [("Green tea", 450, 2, 1, 1350)]


def test_a_customer_counts_once_for_a_product() -> None:
    facts = [TEA, bought("1", "ada", "tea", "1"), bought("2", "bob", "tea", "1"), bought("3", "ada", "tea", "1")]
    assert rows(facts, PRODUCT, "tea") == [("Green tea", 450, 3, 2, 300)]
    assert rows([*facts, ("purchases", "1", None)], PRODUCT, "tea") == [("Green tea", 450, 2, 2, 200)]
    assert rows([*facts, ("purchases", "2", None)], PRODUCT, "tea") == [("Green tea", 450, 2, 1, 200)]


def test_what_never_sold_is_there_with_nothing() -> None:
    assert rows([TEA, ADA], PRODUCT, "tea") == [("Green tea", 450, 0, 0, 0)]
    assert rows([TEA, ADA], CUSTOMER, "ada") == [("Ada", "Lovelace", 0, 0)]


def test_purchases_count_before_anything_is_known_of_their_customer_and_product() -> None:
    facts = [bought("1", "ada", "tea", "2.05")]
    assert rows(facts, CUSTOMER, "ada") == [(None, None, 1, 205)]
    assert rows(facts, PRODUCT, "tea") == [(None, None, 1, 1, 205)]
    assert rows([*facts, TEA, ADA], CUSTOMER, "ada") == [("Ada", "Lovelace", 1, 205)]


def test_purchases_outlive_their_customer_and_product() -> None:
    facts = [TEA, ADA, bought("1", "ada", "tea", "2"), ("products", "tea", None), ("customers", "ada", None)]
    assert rows(facts, CUSTOMER, "ada") == [(None, None, 1, 200)]
    assert rows(facts, PRODUCT, "tea") == [(None, None, 1, 1, 200)]
    assert rows([*facts, ADA], CUSTOMER, "ada") == [("Ada", "Lovelace", 1, 200)]


def test_a_changed_purchase_is_taken_off_where_it_was() -> None:
    facts = [bought("1", "ada", "tea", "2"), bought("1", "bob", "rice", "3", at="2026-02-01T00:00:00Z")]
    assert rows(facts, CUSTOMER, "ada") == []
    assert rows(facts, PRODUCT, "tea") == []
    assert rows(facts, CUSTOMER, "bob") == [(None, None, 1, 300)]
    assert [count for _, _, count, _ in rows(facts, TIMES)] == [1, 1, 1]


def test_nothing_is_left_of_what_is_all_removed() -> None:
    facts = [TEA, ADA, bought("1", "ada", "tea", "2")]
    gone: list[Fact] = [(topic, key, None) for topic, key, _ in facts]
    assert not any(projecting(tally).given(*history(*facts, *gone)).contents().values())


def test_sales_are_summed_up_by_minute_hour_and_day_of_utc() -> None:
    facts = [
        bought("1", "ada", "tea", "1", at="2026-01-01T23:59:59.999Z"),
        bought("2", "ada", "tea", "2", at="2026-01-02T01:00:00+02:00"),
        bought("3", "ada", "tea", "4", at="2026-01-02T00:00:00"),
    ]
    minute, hour, day = 60_000, 3_600_000, 86_400_000
    midnight = 1_767_312_000_000
    assert rows(facts, TIMES) == [
        (minute, midnight - hour, 1, 200),
        (minute, midnight - minute, 1, 100),
        (minute, midnight, 1, 400),
        (hour, midnight - hour, 2, 300),
        (hour, midnight, 1, 400),
        (day, midnight - day, 2, 300),
        (day, midnight, 1, 400),
    ]


def test_a_purchase_without_a_date_counts_from_when_it_was_written() -> None:
    facts: list[Fact] = [("purchases", "1", {"customerId": "ada", "productId": "tea", "total": 1})]
    [(time,)] = rows(facts, "SELECT time FROM sale")
    assert time == history(*facts)[0].time.timestamp() * 1000


def test_names_are_found_by_their_words() -> None:
    facts: list[Fact] = [("customers", "1", {"firstName": "Ana-María", "lastName": "O'Brien"}), TEA]
    assert [word for (word,) in rows(facts, "SELECT word FROM customer_words")] == [
        "'",
        "-",
        "ana",
        "brien",
        "maria",
        "o",
    ]
    assert rows(facts, "SELECT word FROM product_words") == [("green",), ("tea",)]
    renamed: list[Fact] = [*facts, ("customers", "1", {"firstName": "Ana", "lastName": "B"})]
    assert rows(renamed, "SELECT word FROM customer_words") == [("ana",), ("b",)]


@pytest.mark.parametrize(
    ("amount", "minor"), [(0, 0), (7, 700), (Decimal("0.01"), 1), (Decimal("1E+3"), 100_000), (Decimal("-2.50"), -250)]
)
def test_money_is_kept_as_whole_cents(amount: int | Decimal, minor: int) -> None:
    assert cents(amount) == minor


@pytest.mark.parametrize(
    "amount",
    ["4", None, True, 4.5, 10**12, Decimal("1E+99999"), Decimal("0.001"), Decimal("1." + "0" * 40 + "1"), [], {}],
)
def test_money_that_is_none_is_refused(amount: Any) -> None:
    with pytest.raises(ValueError, match=r"is no amount of money|has parts of a cent"):
        cents(amount)


# --- properties ---

IDS = st.sampled_from("abc")
AMOUNTS = st.integers(0, 500).map(lambda minor: Decimal(minor).scaleb(-2))
NAMES = st.sampled_from(["Ada", "Äda", "Bob", "", "Ole-Johan"])
DATES = st.sampled_from(["2026-01-01T00:00:00Z", "2026-01-01T00:00:59.5Z", "2026-01-02T00:00:00Z"])
STATES: dict[str, st.SearchStrategy[Mapping[str, Any]]] = {
    "products": st.fixed_dictionaries({"name": NAMES, "price": AMOUNTS}),
    "customers": st.fixed_dictionaries({"firstName": NAMES, "lastName": NAMES}),
    "purchases": st.fixed_dictionaries(
        {"productId": IDS, "customerId": IDS, "total": AMOUNTS}, optional={"transactionDate": DATES}
    ),
}
FACTS: st.SearchStrategy[Fact] = st.sampled_from([*STATES]).flatmap(
    lambda topic: st.tuples(st.just(topic), IDS, st.none() | STATES[topic])
)
HISTORIES = st.lists(FACTS, max_size=12).map(lambda facts: history(*facts))
SHORT_HISTORIES = st.lists(FACTS, min_size=2, max_size=6).map(lambda facts: history(*facts))


@settings(max_examples=30, deadline=None)  # it compares after each event
@given(SHORT_HISTORIES)
def test_the_tables_are_a_function_of_the_current_entities(events: tuple[Event, ...]) -> None:
    is_function_of_state(tally, events)


def interleaved(events: Iterable[Event], data: st.DataObject) -> Iterator[Event]:
    """The events in the order of each topic; the topics in any order."""
    waiting: dict[str, list[Event]] = {}
    for event in events:
        waiting.setdefault(event.topic, []).append(event)
    while waiting:
        topic = data.draw(st.sampled_from(sorted(waiting)))
        yield waiting[topic].pop(0)
        if not waiting[topic]:
            del waiting[topic]


def compacted(events: Sequence[Event], data: st.DataObject) -> Iterator[Event]:
    """The last event of each entity, and some of the others."""
    last = {(event.topic, event.id): event for event in events}
    before: dict[tuple[str, str], Entity | None] = {}
    for event in events:
        key = (event.topic, event.id)
        if event is last[key] or data.draw(st.booleans()):
            yield replace(event, before=before.get(key))
            before[key] = event.after


@settings(deadline=None)
@given(HISTORIES, st.data())
def test_topics_may_come_in_any_order_and_compacted(events: tuple[Event, ...], data: st.DataObject) -> None:
    whole = projecting(tally).given(*events).contents()
    assert projecting(tally).given(*interleaved(compacted(events, data), data)).contents() == whole


@settings(deadline=None)
@given(HISTORIES)
def test_counts_and_totals_are_those_of_the_purchases_that_are_there(events: tuple[Event, ...]) -> None:
    view = projecting(tally).given(*events)
    now = {event.id: event.after for event in events if event.topic == "purchases"}
    purchases = [purchase for purchase in now.values() if purchase is not None]
    for column, table, of in (
        ("customerId", "customer_sales", "purchase_count, total_spent, 0"),
        ("productId", "product_sales", "purchase_count, total_spent, customer_count"),
    ):
        found = view.rows(f"SELECT id, {of} FROM {table} WHERE purchase_count > 0")
        assert sorted(found) == sorted(counted(purchases, column, customers=table == "product_sales"))


def counted(purchases: list[Entity], column: str, *, customers: bool) -> Iterator[tuple[str, int, int, int]]:
    for key in {purchase[column] for purchase in purchases}:
        own = [purchase for purchase in purchases if purchase[column] == key]
        who = {purchase["customerId"] for purchase in own} if customers else ()
        yield key, len(own), int(100 * sum(purchase["total"] for purchase in own)), len(who)
