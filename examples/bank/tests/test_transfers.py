from datetime import UTC, datetime
from typing import Any

from foldline import Set
from foldline.testing import entities, when

from functions.commands import transfers
from functions.queries import transfers as reading

FRESH: dict[str, Any] = {"sent": [], "received": []}
ACCOUNTS = {"ada": FRESH, "bob": FRESH}
ASKED = {"fromAccount": "ada", "toAccount": "bob", "amount": 5}


def test_a_transfer_has_the_time_of_its_request() -> None:
    now = datetime(2026, 5, 1, 12, tzinfo=UTC)
    outcome = when(transfers.create, body=ASKED, accounts=ACCOUNTS, now=now)
    outcome.then(Set(ASKED | {"askedAt": "2026-05-01T12:00:00+00:00"}))


def test_both_accounts_must_be_there() -> None:
    for there, missing in (("bob", "fromAccount"), ("ada", "toAccount")):
        outcome = when(transfers.create, body=ASKED, accounts={there: FRESH})
        outcome.refused("There is no such account.", field=missing)


def test_an_account_transfers_nothing_to_itself() -> None:
    when(transfers.create, body=ASKED | {"toAccount": "ada"}, accounts=ACCOUNTS).refused(field="toAccount")


def test_the_accounts_tell_how_far_it_has_come() -> None:
    sent, received = FRESH | {"sent": ["t"]}, FRESH | {"received": ["t"]}
    for accounts, status in (
        (ACCOUNTS, "asked"),
        (ACCOUNTS | {"ada": sent}, "sent"),
        ({"ada": sent, "bob": received}, "received"),
    ):
        found = reading.retrieve(entities({"t": ASKED}), entities(accounts), "t")
        assert found["status"] == status


def test_an_account_that_is_not_folded_yet_has_done_nothing() -> None:
    [listed] = reading.browse(entities({"t": ASKED}), entities({}), {"limit": 10})
    assert listed["status"] == "asked"
