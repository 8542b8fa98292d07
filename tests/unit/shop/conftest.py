"""The dashboard's tables in memory, for tests of its queries."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from sales_view import View

from functions import listing


@pytest.fixture
def view() -> Iterator[View]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        yield View(database)


@pytest.fixture(params=[0, listing.FEW], ids=["much is found", "little is found"])
def either_search(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A search in each of its two ways."""
    monkeypatch.setattr(listing, "FEW", request.param)
