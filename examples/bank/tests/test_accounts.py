from decimal import Decimal
from typing import Any

import pytest
from foldline import Set
from foldline.testing import when

from functions.commands import accounts

ADA = {"customer": "Ada", "balance": Decimal("10.50"), "sent": [], "received": []}
TRANSFER = {"fromAccount": "ada", "toAccount": "bob", "amount": Decimal("10.50")}
TRANSFERS = {"t": TRANSFER}
STEP = {"transferId": "t"}


# --- deposit and withdraw ---


def test_an_account_is_opened_with_nothing_in_it() -> None:
    when(accounts.create, body={"customer": "Ada"}).then(Set(ADA | {"balance": 0}))


def test_a_balance_cannot_be_made_up() -> None:
    when(accounts.create, body={"customer": "Ada", "balance": 100}).invalid("balance")


def test_a_deposit_adds_to_the_balance() -> None:
    when(accounts.deposit, current=ADA, body={"amount": Decimal("0.50")}).then(Set(ADA | {"balance": 11}))


def test_all_can_be_withdrawn() -> None:
    when(accounts.withdraw, current=ADA, body={"amount": Decimal("10.50")}).then(Set(ADA | {"balance": 0}))


def test_no_more_can_be_withdrawn_than_there_is() -> None:
    outcome = when(accounts.withdraw, current=ADA, body={"amount": Decimal("10.51")})
    outcome.refused("There is not so much in the account.", field="amount")


@pytest.mark.parametrize("amount", [0, -1, Decimal("0.001"), 10**9 + 1, "much", None])
def test_an_amount_is_money(amount: Any) -> None:
    when(accounts.deposit, current=ADA, body={"amount": amount}).invalid("amount")
    when(accounts.withdraw, current=ADA, body={"amount": amount}).invalid("amount")


def test_there_must_be_an_account() -> None:
    when(accounts.deposit, body={"amount": 1}).not_found()
    when(accounts.withdraw, body={"amount": 1}).not_found()


# --- the two steps of a transfer ---


def test_what_is_sent_is_taken_off_and_remembered() -> None:
    outcome = when(accounts.send, id="ada", current=ADA, body=STEP, transfers=TRANSFERS)
    outcome.then(Set(ADA | {"balance": 0, "sent": ["t"]}))


def test_no_more_can_be_sent_than_there_is() -> None:
    poor = ADA | {"balance": 10}
    when(accounts.send, id="ada", current=poor, body=STEP, transfers=TRANSFERS).refused(field="transferId")


def test_what_was_sent_is_received() -> None:
    senders = {"ada": ADA | {"sent": ["t"]}}
    outcome = when(accounts.receive, id="bob", current=ADA, body=STEP, transfers=TRANSFERS, accounts=senders)
    outcome.then(Set(ADA | {"balance": 21, "received": ["t"]}))


def test_what_was_not_sent_is_not_received() -> None:
    for senders in ({}, {"ada": ADA}):
        outcome = when(accounts.receive, id="bob", current=ADA, body=STEP, transfers=TRANSFERS, accounts=senders)
        outcome.refused("It is not sent yet.", field="transferId")


def test_a_step_that_is_repeated_changes_nothing() -> None:
    sent, received = ADA | {"sent": ["t"]}, ADA | {"received": ["t"]}
    when(accounts.send, id="ada", current=sent, body=STEP, transfers=TRANSFERS).then(None)
    when(accounts.receive, id="bob", current=received, body=STEP, transfers=TRANSFERS, accounts={}).then(None)


@pytest.mark.parametrize("transfers", [{}, {"t": {"fromAccount": "eve", "toAccount": "eve", "amount": 1}}])
def test_a_step_is_of_a_transfer_of_this_account(transfers: dict[str, dict[str, Any]]) -> None:
    message = "There is no such transfer for this account."
    when(accounts.send, id="ada", current=ADA, body=STEP, transfers=transfers).refused(message)
    when(accounts.receive, id="bob", current=ADA, body=STEP, transfers=transfers, accounts={}).refused(message)
