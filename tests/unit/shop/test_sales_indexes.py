"""Every query of the dashboard goes by index, and costs the same however much there is."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest
from sales_view import SORTS, View, args, many, pages

from functions import listing
from functions.projectors import sales
from functions.queries import dashboard
from functions.queries.dashboard import PurchasesPage


def ask_everything(view: View) -> None:
    """Every query, in every order, on the first page and on a later one, searching and not."""
    for name, sort in SORTS:
        for sign in ("", "-"):
            for q in ("", "ada", "ada t"):
                pages(view, name, sort=sign + sort, q=q, limit="5")
    for sort in dashboard.PURCHASES.sorts:
        for q in ("", "ada"):
            page = args(PurchasesPage, {"sort": sort, "q": q, "limit": "5"})
            dashboard.customer_purchases(view, "c1", page)
            dashboard.product_purchases(view, "p0", page)
    for by in sales.GRAINS:
        pages(view, "sales", by=by, limit="5")


@pytest.mark.usefixtures("either_search")
def test_every_query_goes_by_index(view: View) -> None:
    view.fold(*many(20))
    view.executed.clear()
    ask_everything(view)
    statements = dict(view.executed)
    assert len(statements) > 50
    for sql, params in statements.items():
        plan = [row["detail"] for row in view.database.execute(f"EXPLAIN QUERY PLAN {sql}", params)]
        assert not [*unwanted(plan, gathers="AS found" in sql)], (sql, plan)


def unwanted(plan: list[str], *, gathers: bool) -> Iterator[str]:
    """Steps that read a whole table, or sort; a search that finds little gathers that and sorts it."""
    for step in plan:
        scans = step.startswith("SCAN") and not step.startswith(("SCAN item USING ", "SCAN found", "SCAN (subquery-"))
        sorts = "TEMP B-TREE" in step and not gathers
        if scans or sorts or "AUTOMATIC" in step:
            yield step


def cost_of_pages(view: View, name: str, **sent: str) -> list[int]:
    """How many steps SQLite's machine takes for the first page and for the next."""
    taken = 0

    def step() -> int:
        nonlocal taken
        taken += 1
        return 0

    view.database.set_progress_handler(step, 1)
    page = getattr(view, name)(**sent)
    first = taken
    getattr(view, name)(**sent, after=page.after)
    view.database.set_progress_handler(None, 1)
    return [first, taken - first]


@pytest.fixture(scope="module")
def sizes() -> Iterator[list[View]]:
    """A small shop, and one ten times as large."""
    with ExitStack() as opened:
        views = [View(opened.enter_context(closing(sqlite3.connect(":memory:")))) for _ in range(2)]
        for view, count in zip(views, (30, 300), strict=True):
            view.fold(*many(count))
        yield views


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize(("name", "sort"), SORTS)
def test_a_page_costs_the_same_however_much_there_is(sizes: list[View], name: str, sort: str, sign: str) -> None:
    small, large = (cost_of_pages(view, name, sort=sign + sort, limit="10") for view in sizes)
    assert large[0] == small[0]
    assert large[1] <= 1.2 * small[1]  # a few steps more where its rows are alike


@pytest.mark.parametrize(("name", "q"), [("customers", "nr"), ("products", "tea"), ("purchases", "nr")])
def test_a_search_that_finds_much_costs_the_same_however_much_there_is(
    sizes: list[View], monkeypatch: pytest.MonkeyPatch, name: str, q: str
) -> None:
    monkeypatch.setattr(listing, "FEW", 0)
    small, large = (cost_of_pages(view, name, q=q, limit="10") for view in sizes)
    assert max(large) <= 1.2 * max(small)
