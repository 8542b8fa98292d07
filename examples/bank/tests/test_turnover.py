from decimal import Decimal

from foldline.testing import history, is_function_of_state, projecting

from functions.projectors import turnover


def transfer(account: str, amount: str, day: str) -> dict[str, object]:
    return {"fromAccount": account, "toAccount": "bob", "amount": Decimal(amount), "askedAt": f"{day}T12:00:00+00:00"}


EVENTS = history(
    ("transfers", "1", transfer("ada", "1.10", "2026-05-01")),
    ("transfers", "2", transfer("ada", "2.20", "2026-05-01")),
    ("transfers", "3", transfer("ada", "4", "2026-05-02")),
    ("transfers", "4", transfer("eve", "8", "2026-05-02")),
    ("transfers", "4", None),
)


def test_transfers_are_added_up_by_account_and_day() -> None:
    rows = projecting(turnover.tally).given(*EVENTS).rows("SELECT * FROM turnover")
    assert rows == [("2026-05-01", "ada", 2, 330), ("2026-05-02", "ada", 1, 400)]


def test_the_tally_can_be_filled_anew() -> None:
    is_function_of_state(turnover.tally, EVENTS)
