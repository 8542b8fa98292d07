"""The dashboard's queries, on tables that the projector `sales` filled."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest
from sales_view import SORTS, View, args, customer, many, pages, product, purchase

from foldline import Entity, NotFound
from foldline.errors import Invalid
from functions.queries import dashboard
from functions.queries.dashboard import PurchasesPage

SHOP = (
    customer("ada", "Ada Lovelace"),
    customer("bob", "bob Ångström"),
    customer("zoe", "Zoë Lindt"),
    product("tea", "Green tea", "4.5"),
    product("rice", "Rice", "2"),
    product("cpp", "C++ für alle"),
    purchase("1", "ada", "tea", "9", at="2026-01-01T10:00:00Z"),
    purchase("2", "bob", "tea", "4.5", at="2026-01-01T11:00:00Z"),
    purchase("3", "ada", "rice", "2", at="2026-01-02T11:59:00.250Z"),
    purchase("4", "gone", "gone", "0.3", at="2026-01-02T11:59:30Z"),
)


def ids(items: Iterable[Entity]) -> list[str]:
    return [item["id"] for item in items]


# --- what they answer ---


def test_customers_come_with_what_they_spent(view: View) -> None:
    view.fold(*SHOP)
    ada = {"id": "ada", "firstName": "Ada", "lastName": "Lovelace", "purchaseCount": 2, "totalSpent": Decimal("11.00")}
    assert view.customers()[0] == dashboard.customer(view, "ada") == ada
    assert str(ada["totalSpent"]) == "11.00"
    assert ids(view.customers()) == ["ada", "bob", "zoe"]


def test_products_come_with_what_they_sold(view: View) -> None:
    view.fold(*SHOP)
    tea = {"id": "tea", "name": "Green tea", "price": Decimal("4.50"), "purchaseCount": 2, "customerCount": 2}
    assert dashboard.product(view, "tea") == tea | {"totalSpent": Decimal("13.50")}
    assert ids(view.products()) == ["cpp", "rice", "tea"]


def test_purchases_come_with_both_sides_newest_first(view: View) -> None:
    view.fold(*SHOP)
    assert ids(view.purchases()) == ["4", "3", "2", "1"]
    assert (
        view.purchases()[1]
        == dashboard.purchase(view, "3")
        == {
            "id": "3",
            "customer": {"id": "ada", "firstName": "Ada", "lastName": "Lovelace"},
            "product": {"id": "rice", "name": "Rice", "price": Decimal("2.00")},
            "amountSpent": Decimal("2.00"),
            "transactionDate": "2026-01-02T11:59:00.250Z",
        }
    )


def test_a_side_that_is_not_known_is_none(view: View) -> None:
    view.fold(*SHOP, ("customers", "ada", None))
    assert (view.purchases()[0]["customer"], view.purchases()[0]["product"]) == (None, None)
    assert view.purchases()[1]["customer"] is None
    assert view.purchases()[1]["product"]["id"] == "rice"


def test_purchases_of_one_customer_or_product(view: View) -> None:
    view.fold(*SHOP)
    some = args(PurchasesPage, {})
    assert ids(dashboard.customer_purchases(view, "ada", some)) == ["3", "1"]
    assert ids(dashboard.product_purchases(view, "tea", some)) == ["2", "1"]
    assert ids(dashboard.customer_purchases(view, "zoe", some)) == []
    assert ids(dashboard.customer_purchases(view, "gone", some)) == ["4"]


def test_what_is_not_there_is_not_found(view: View) -> None:
    view.fold(*SHOP)
    some = args(PurchasesPage, {})
    with pytest.raises(NotFound):
        dashboard.customer(view, "gone")  # known from purchases only
    with pytest.raises(NotFound):
        dashboard.product(view, "never")
    with pytest.raises(NotFound):
        dashboard.purchase(view, "5")
    with pytest.raises(NotFound):
        dashboard.customer_purchases(view, "never", some)
    with pytest.raises(NotFound):
        dashboard.product_purchases(view, "never", some)


def test_sales_over_time_newest_first(view: View) -> None:
    view.fold(*SHOP)
    assert view.sales() == [
        {"from": "2026-01-02T00:00:00.000Z", "purchaseCount": 2, "total": Decimal("2.30")},
        {"from": "2026-01-01T00:00:00.000Z", "purchaseCount": 2, "total": Decimal("13.50")},
    ]
    assert [hour["purchaseCount"] for hour in view.sales(by="hour")] == [2, 1, 1]
    assert view.sales(by="minute")[0]["from"] == "2026-01-02T11:59:00.000Z"
    first = view.sales(by="hour", limit="2")
    assert first.after is not None
    assert [*first, *view.sales(by="hour", limit="2", after=first.after)] == view.sales(by="hour")


# --- sorting, paging ---


@pytest.mark.parametrize(("name", "sort"), SORTS)
@pytest.mark.parametrize("q", ["", "ada", "t"])
@pytest.mark.usefixtures("either_search")
def test_pages_in_any_order_are_the_whole(view: View, name: str, sort: str, q: str) -> None:
    view.fold(*many(20))
    everything = getattr(view, name)(q=q)
    for sign in ("", "-"):
        found = pages(view, name, sort=sign + sort, q=q, limit="3")
        assert sorted(ids(found)) == sorted(ids(everything))
        keys = [(folded(item[sort]), item["id"]) for item in found]
        assert keys == sorted(keys, reverse=sign == "-")


def folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) and "-" not in value else value


def test_a_page_goes_on_after_rows_that_are_gone(view: View) -> None:
    view.fold(*SHOP)
    first = view.customers(sort="-totalSpent", limit="1")
    view.fold(purchase("5", "ada", "tea", "50"))
    assert first.after is not None
    assert ids(view.customers(sort="-totalSpent", after=first.after)) == ["bob", "zoe"]


def test_names_are_sorted_without_regard_to_case_and_accents(view: View) -> None:
    view.fold(customer("1", "b Å"), customer("2", "Á b"), customer("3", "C a"), customer("4", "a Z"))
    assert ids(view.customers(sort="firstName")) == ["2", "4", "1", "3"]
    assert ids(view.customers(sort="-lastName")) == ["4", "2", "3", "1"]


@pytest.mark.parametrize("after", ["", "x", "YQ==", "..", "a.b.c.d", "é.é.é", "/w==./w==./w==", "YQ==.YQ==.YQ=="])
def test_an_end_that_no_page_had_is_refused(view: View, after: str) -> None:
    for ask in (view.customers, view.purchases, view.sales):
        with pytest.raises(Invalid) as caught:
            ask(after=after)
        assert [*caught.value.details["errors"]] == ["after"]


def test_a_page_does_not_go_on_in_another_order(view: View) -> None:
    view.fold(*SHOP)
    end = view.customers(sort="lastName", limit="1").after
    assert end is not None
    with pytest.raises(Invalid) as caught:
        view.customers(sort="-lastName", after=end)
    assert "sorted by lastName" in str(caught.value.details)


def test_a_sort_that_there_is_not_is_refused_with_those_that_there_are(view: View) -> None:
    with pytest.raises(Invalid) as caught:
        view.purchases(sort="customer")
    assert "-transactionDate" in str(caught.value.details["errors"]["sort"])


# --- searching ---


@pytest.mark.usefixtures("either_search")
@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("", ["ada", "bob", "zoe"]),
        (" ", ["ada", "bob", "zoe"]),
        ("LOVE", ["ada"]),
        ("l", ["ada", "zoe"]),
        ("zoe", ["zoe"]),
        ("ZOË lin", ["zoe"]),
        ("lin zo", ["zoe"]),
        ("ang", ["bob"]),
        ("ada lindt", []),
        ("ovelace", []),
        ("%", []),
        ("'", []),
    ],
)
def test_customers_are_found_by_the_beginnings_of_their_names(view: View, q: str, found: list[str]) -> None:
    view.fold(*SHOP)
    assert ids(view.customers(q=q)) == found


def test_products_are_found_by_any_word(view: View) -> None:
    view.fold(*SHOP)
    assert ids(view.products(q="tea")) == ["tea"]
    assert ids(view.products(q="c++")) == ["cpp"]
    assert ids(view.products(q="FUR")) == ["cpp"]


@pytest.mark.usefixtures("either_search")
def test_purchases_are_found_by_either_side(view: View) -> None:
    view.fold(*SHOP)
    assert ids(view.purchases(q="ada")) == ["3", "1"]
    assert ids(view.purchases(q="tea")) == ["2", "1"]
    assert ids(view.purchases(q="tea ada")) == ["1"]
    assert ids(view.purchases(q="tea", sort="amountSpent")) == ["2", "1"]
    assert ids(dashboard.customer_purchases(view, "ada", args(PurchasesPage, {"q": "ri"}))) == ["3"]


@pytest.mark.usefixtures("either_search")
def test_what_is_found_by_several_words_is_listed_once(view: View) -> None:
    view.fold(customer("ana", "Ana Anders"), product("anise", "Anise, another"), purchase("1", "ana", "anise"))
    assert ids(view.customers(q="an")) == ["ana"]
    assert ids(view.products(q="an")) == ["anise"]
    assert ids(view.purchases(q="an")) == ["1"]


def test_a_name_that_changed_is_found_no_more(view: View) -> None:
    view.fold(*SHOP, customer("ada", "Ada King"))
    assert ids(view.customers(q="love")) == []
    assert ids(view.purchases(q="king")) == ["3", "1"]
