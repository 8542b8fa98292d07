"""What people write in Python, as it goes on the wire."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foldline.client.values import encode, exact, query_text
from foldline.errors import Invalid


@pytest.mark.parametrize("typed", ["1.5", "1.99", "0.1", "1e-07", "2.675", "1e+22"])
def test_a_float_is_the_number_that_was_typed(typed: str) -> None:
    assert exact(float(typed)) == Decimal(typed)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_no_float_gains_digits(value: float) -> None:
    assert str(exact(value)) == str(Decimal(repr(value)))
    assert float(exact(value)) == value


def test_floats_are_exact_however_deep_they_are() -> None:
    assert exact({"lines": [{"price": 1.99}, (0.1, 1)]}) == {"lines": [{"price": Decimal("1.99")}, [Decimal("0.1"), 1]]}


def test_a_body_keeps_its_digits() -> None:
    assert encode({"price": Decimal("1.50"), "at": datetime(2026, 1, 2, tzinfo=UTC)}) == (
        b'{"price":1.50,"at":"2026-01-02T00:00:00+00:00"}'
    )


@pytest.mark.parametrize("value", [exact(float("nan")), exact(float("inf")), object(), {1, 2}, {"deep": [object()]}])
def test_what_json_cannot_hold_is_refused_by_its_name(value: Any) -> None:
    with pytest.raises(Invalid, match=r"^unit_price: .* cannot be written as JSON"):
        encode({"name": "Tea", "unitPrice": value})


@pytest.mark.parametrize(
    ("value", "text"),
    [(True, "true"), (False, "false"), (1.50, "1.5"), (7, "7"), ("a b", "a b"), (date(2026, 1, 2), "2026-01-02")],
)
def test_arguments_are_texts(value: Any, text: str) -> None:
    assert query_text(value) == text
