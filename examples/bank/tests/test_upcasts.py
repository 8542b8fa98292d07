from decimal import Decimal

from functions import upcasts


def test_version_1_had_cents_and_an_owner() -> None:
    old = {"id": "1", "owner": "Ada", "cents": 1250}
    new = {"id": "1", "customer": "Ada", "balance": Decimal("12.50"), "sent": [], "received": []}
    assert upcasts.account(old) == new


def test_what_is_up_to_date_stays_as_it_is() -> None:
    new = {"id": "1", "customer": "Ada", "balance": 0, "sent": ["t"], "received": []}
    assert upcasts.account(new) == new
