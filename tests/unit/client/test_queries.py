"""Queries of any route."""

from datetime import UTC, datetime
from decimal import Decimal
from inspect import getdoc, signature

import pytest
from transports import InProcess

from foldline.client import Client, Record
from foldline.errors import FieldError, NotFound


def test_every_query_can_be_asked_by_its_name(client: Client) -> None:
    assert set(client.queries) == {
        "accounts.browse",
        "accounts.retrieve",
        "accounts.rich",
        "accounts.total",
        "branches.browse",
        "branches.retrieve",
    }
    for owner, balance in (("Ada", 1), ("Grace", 7000.50)):
        client.Account.create(owner_name=owner, balance=balance)
    [rich] = client.query("accounts.rich", least_balance=7000.50)
    assert isinstance(rich, Record)
    assert rich.owner_name == "Grace"


def test_what_is_no_list_is_one_record(client: Client) -> None:
    before = client.query("accounts.total").in_total
    client.Account.create(owner_name="Ada", balance=1.25)
    total = client.query("accounts.total")
    assert (total.in_total, total.from_) == (before + Decimal("1.25"), "accounts")
    assert repr(total) == f"Record(in_total={total.in_total!r}, from_='accounts')"


def test_a_query_looks_like_its_function(client: Client) -> None:
    rich = client.queries["accounts.rich"]
    assert (
        str(signature(rich))
        == "(*, least_balance: decimal.Decimal = 0, tags: list = None, since: str = None, limit: int = 100)"
    )
    assert (
        getdoc(rich)
        == "Accounts with much on them.\n\nleast_balance: Decimal, optional\ntags: list, optional\nsince: str, optional"
    )


def test_lists_and_times_can_be_asked_for(client: Client, transport: InProcess) -> None:
    list(client.query("accounts.rich", tags=["a b", "c"], since=datetime(2026, 1, 2, tzinfo=UTC)))
    assert (
        transport.sent[-1].url == "http://desk/rich?tags=a+b&tags=c&since=2026-01-02T00%3A00%3A00%2B00%3A00&limit=100"
    )


def test_mistakes_are_told_with_the_nearest_name(client: Client) -> None:
    with pytest.raises(NotFound, match=r"there is no query accounts\.ritch; did you mean accounts\.rich"):
        client.query("accounts.ritch")
    with pytest.raises(FieldError, match=r"accounts\.rich takes no least_balanse; did you mean least_balance"):
        client.query("accounts.rich", least_balanse=1)


def test_what_was_answered_is_not_to_be_set(client: Client) -> None:
    total = client.query("accounts.total")
    with pytest.raises(FieldError, match="in_total cannot be set"):
        total.in_total = 1
    with pytest.raises(FieldError, match="Record has no in_totals; did you mean in_total"):
        total.in_totals  # noqa: B018
