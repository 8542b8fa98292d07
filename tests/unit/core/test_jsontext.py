"""JSON without loss."""

import math
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foldline import jsontext

NUMBERS = st.integers() | st.decimals(allow_nan=False, allow_infinity=False)
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_what_is_written_is_read_again(value: Any) -> None:
    assert jsontext.decode(jsontext.encode(value)) == value


@pytest.mark.parametrize("text", ["1.10", "0.000001", "123456789012345678901234567890", "1E+400", "-0.0", "1E-7"])
def test_numbers_keep_their_digits(text: str) -> None:
    assert jsontext.encode(jsontext.decode(text)) == text.encode()


@pytest.mark.parametrize("text", ["1.0", "1e2", "0.1"])
def test_numbers_with_a_fraction_are_decimals(text: str) -> None:
    assert isinstance(jsontext.decode(text), Decimal)


def test_a_number_nearer_to_zero_than_any_decimal_is_zero() -> None:
    assert jsontext.decode("1e-99999999999999999999") == 0


@pytest.mark.parametrize(
    "text", ["", "nonsense", b"\xff", "1e99999999999999999999", "9" * 5000, "[" * 100_000, '"', "{'a':1}"]
)
def test_what_cannot_be_read_is_a_value_error(text: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        jsontext.decode(text)


@pytest.mark.parametrize(
    "value", [math.nan, math.inf, Decimal("NaN"), Decimal("Infinity"), {1, 2}, "\ud800", {1: 2}, b"raw", object()]
)
def test_what_json_cannot_hold_is_a_type_error_however_deep_it_lies(value: Any) -> None:
    for whole in (value, [value], {"a": [None, (value,)]}):
        with pytest.raises(TypeError):
            jsontext.encode(whole)


def test_a_null_is_no_mistake() -> None:
    assert jsontext.encode({"a": None, "b": [2**70, None]}) == b'{"a":null,"b":[1180591620717411303424,null]}'
