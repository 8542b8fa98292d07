"""Pages of the dashboard's lists at a million purchases, beside the same pages at ten thousand, in the same run.

    python -m benchmarks.dashboard_join [--purchases 10000 1000000] [--rounds 40] [--profile] [--write]

Customers are a tenth of the purchases, products a hundredth. The tables are filled by the projector, and the queries
run as a service runs them: on a reading connection of the state's file, each on a snapshot, the answer written as JSON.
Pages of lists have 100 items (10 for one customer), those of searches 20. The two sizes take turns; the median counts.
With --profile it says what takes the time of a page that joins, among the fewer purchases.
"""

import random
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.command import Parser, publish, say
from benchmarks.profile import profile_table
from benchmarks.sampling import Sampler
from benchmarks.tables import Table
from foldline import Entity, Event, jsontext
from foldline.event import Position
from foldline.functions.application import Application
from foldline.functions.loading import load
from foldline.http.validation import load as validated
from foldline.state.connections import run_script, split_script
from foldline.state.state import State
from foldline.state.tables import CheckedTables, SqlCheck
from foldline.topology import read_topology

TABLES = ("dashboard_join", "profile-dashboard")

ROOT = Path(__file__).parents[1]
BATCH = 10_000
START = datetime(2026, 1, 1, tzinfo=UTC)


class Page(NamedTuple):
    """A page that is asked for."""

    query: str
    sent: dict[str, str]
    variables: dict[str, str] = {}  # noqa: RUF012  # nobody changes it


PAGES = {
    "purchases, newest first": Page("purchases", {}),
    "purchases, dearest first": Page("purchases", {"sort": "-amountSpent"}),
    "purchases of a customer": Page("customer_purchases", {}, {"id": "c7"}),
    "purchases of a product": Page("product_purchases", {}, {"id": "p7"}),
    "customers by what they spent": Page("customers", {"sort": "-totalSpent"}),
    "customers by name": Page("customers", {"sort": "lastName"}),
    "products by how many bought them": Page("products", {"sort": "-customerCount"}),
    "sales by minute": Page("sales", {"by": "minute"}),
    "search: customers, 1 in 20": Page("customers", {"sort": "-totalSpent", "q": "b", "limit": "20"}),
    "search: customers, all": Page("customers", {"sort": "-totalSpent", "q": "nr", "limit": "20"}),
    "search: customers, one": Page("customers", {"sort": "-totalSpent", "q": "nr77x", "limit": "20"}),
    "search: purchases, 1 in 20": Page("purchases", {"q": "b", "limit": "20"}),
    "search: purchases, all": Page("purchases", {"q": "nr", "limit": "20"}),
    "search: purchases of one": Page("purchases", {"q": "nr77x", "limit": "20"}),
}

JOINED = "purchases, newest first"
"""The page that is profiled: purchases, each with its customer and its product."""
PROFILED = 10.0
"""Seconds."""


def shop(purchases: int) -> Iterator[Event]:
    """The entities of a shop, as events."""
    rng = random.Random(1)
    customers, products = purchases // 10, purchases // 100
    letters = "abcdefghijklmnopqrst"
    for n in range(customers):
        yield event("customers", f"c{n}", {"firstName": f"{letters[n % 20]}na", "lastName": f"nr{n}x"}, n)
    for n in range(products):
        yield event("products", f"p{n}", {"name": f"article {n}", "price": Decimal("9.99")}, n)
    for n in range(purchases):
        sides = {"customerId": f"c{n * 7919 % customers}", "productId": f"p{n * 6101 % products}"}
        when = START + timedelta(seconds=n * 7)
        purchase = sides | {"total": Decimal(rng.randrange(100, 9999)).scaleb(-2), "transactionDate": when.isoformat()}
        yield event("purchases", f"{rng.getrandbits(128):032x}", purchase, n)


def event(topic: str, id: str, entity: Entity, offset: int) -> Event:
    return Event(topic, id, None, entity, Position(topic, 0, offset), START)


def fill(state: State, application: Application, purchases: int) -> None:
    """Let the projector fold a shop."""
    (projector,) = application.projectors
    events = [*shop(purchases)]
    begun = time.perf_counter()
    with state.transaction() as connection:
        run_script(connection, split_script(projector.tables))
    with closing(SqlCheck(state.checker(), frozenset(projector.table_names), write=True)) as check:
        tables = CheckedTables(state.writer, check)
        for first in range(0, len(events), BATCH):
            with state.transaction():
                for one in events[first : first + BATCH]:
                    projector.function(one, tables)
            state.shorten_write_ahead_log()
    seconds = time.perf_counter() - begun
    say(f"{purchases:,} purchases: {len(events):,} events projected, {len(events) / seconds:,.0f}/s")


class View:
    """A filled state, and its queries."""

    def __init__(self, state: State, application: Application, check: SqlCheck) -> None:
        self._state = state
        self._check = check
        self._queries = {query.function.__name__: query for query in application.queries}

    def milliseconds(self, page: Page) -> float:
        """What the page costs."""
        query = self._queries[page.query]
        assert query.args is not None
        begun = time.perf_counter()
        with self._state.snapshot() as snapshot:
            given: Mapping[str, Any] = {
                **page.variables,
                "db": CheckedTables(snapshot.connection, self._check),
                "args": validated(query.args(), page.sent),
            }
            items = query.function(**given)
        jsontext.encode(items)
        assert items
        return 1000 * (time.perf_counter() - begun)


@contextmanager
def view(folder: Path, application: Application, purchases: int) -> Iterator[View]:
    with closing(State(folder / f"{purchases}.db", application.topics)) as state:
        fill(state, application, purchases)
        with closing(SqlCheck(state.checker(), application.readable_tables, write=False)) as check:
            yield View(state, application, check)


def measured(small: View, large: View, rounds: int) -> Iterator[list[str]]:
    """A line of the table for each page."""
    for name, page in PAGES.items():
        say(name)
        times = [(small.milliseconds(page), large.milliseconds(page)) for _ in range(rounds)]
        at_few, at_many = map(statistics.median, zip(*times, strict=True))
        yield [name, f"{at_few:.2f} ms", f"{at_many:.2f} ms", f"{at_many / at_few:.2f}"]


def profile(view: View, page: Page) -> Table:
    """What takes the page's time."""
    sampler = Sampler()
    sampler.start()
    until = time.monotonic() + PROFILED
    while time.monotonic() < until:
        view.milliseconds(page)
    return profile_table("profile-dashboard", [sampler.stop()], others="the page")


def main() -> None:
    """Run it."""
    parser = Parser(__doc__, profile=True)
    parser.add_argument("--purchases", type=int, nargs=2, default=[10_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=40)
    options = parser.options()
    application = load(read_topology(ROOT / "topics.yaml"), "dashboard", ROOT)
    few, many = options.purchases
    with tempfile.TemporaryDirectory(prefix="foldline-bench-") as name, ExitStack() as views:
        folder = Path(name)
        small = views.enter_context(view(folder, application, few))
        if options.profile:
            publish(options, profile(small, PAGES[JOINED]), kafka=False)
            return
        large = views.enter_context(view(folder, application, many))
        heading = ("page", f"at {few:,} purchases", f"at {many:,}", "ratio")
        table = Table("dashboard_join", heading, [*measured(small, large, options.rounds)])
    publish(options, table, kafka=False)


if __name__ == "__main__":
    main()
