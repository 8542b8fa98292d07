"""The whole bank in this process."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from foldline.testing import Running, running


@pytest.fixture
def bank() -> Iterator[Running]:
    with running(Path(__file__).parents[1]) as bank:
        yield bank


def opened(bank: Running, customer: str, amount: int) -> str:
    """The path of a new account with so much in it."""
    path: str = bank["accounts"].post("/accounts", json={"customer": customer}).headers["Location"]
    assert bank["accounts"].post(f"{path}/deposit", json={"amount": amount}).status_code == 200
    return path


def balance(bank: Running, path: str) -> int:
    found: int = bank["accounts"].get(path).get_json()["balance"]
    return found


def test_a_transfer_is_asked_for_sent_and_received(bank: Running) -> None:
    accounts, transfers, turnover = bank["accounts"], bank["transfers"], bank["turnover"]
    ada, bob = opened(bank, "Ada", 100), opened(bank, "Bob", 10)
    bank.catch_up()
    sides = {"fromAccount": ada.rpartition("/")[2], "toAccount": bob.rpartition("/")[2]}
    transfer = transfers.post("/transfers", json=sides | {"amount": 30}).get_json()
    bank.catch_up()
    step = {"transferId": transfer["id"]}
    assert accounts.post(f"{bob}/receive", json=step).status_code == 422
    for path, taken in ((f"{ada}/send", "sent"), (f"{bob}/receive", "received")):
        assert [accounts.post(path, json=step).status_code for _ in range(2)] == [200, 200]
        bank.catch_up()
        assert transfers.get(f"/transfers/{transfer['id']}").get_json()["status"] == taken
    assert (balance(bank, ada), balance(bank, bob)) == (70, 40)
    day = transfer["askedAt"][:10]
    assert turnover.get(f"/turnover/{day}").get_json() == [{"customer": "Ada", "count": 1, "total": 30}]


def test_what_is_not_there_is_refused(bank: Running) -> None:
    ada = opened(bank, "Ada", 10)
    refused = bank["accounts"].post(f"{ada}/withdraw", json={"amount": 11})
    assert refused.status_code == 422
    assert refused.get_json()["errors"] == {"amount": ["There is not so much in the account."]}
    assert balance(bank, ada) == 10
