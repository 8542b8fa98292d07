"""JSON without loss: numbers with a fraction are `Decimal`, and are written back digit for digit."""

import json
import math
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:  # an exponent of 19 digits or more
        if float(text) == 0:
            return Decimal(0)
        raise ValueError(f"a number is too large: {text[:40]}") from None


_decode = json.JSONDecoder(parse_float=_number).decode

_BIG = 2**63


def decode(text: str | bytes) -> Any:
    """Parse JSON text; a number with a fraction or an exponent becomes `Decimal`. Raises ValueError."""
    try:
        return _decode(text if isinstance(text, str) else text.decode())
    except RecursionError:
        raise ValueError("nested too deeply") from None


def encode(value: Any, option: int | None = None) -> bytes:
    """Write compact JSON, or as an option of orjson's says.

    Raises TypeError for what JSON cannot hold: a NaN, a set, text with lone surrogates.
    """
    try:
        text = orjson.dumps(value, default=_fragment, option=option)
    except TypeError as error:
        if "64-bit" not in str(error):
            raise
        text = orjson.dumps(_spell_out_big_numbers(value), default=_fragment, option=option)
    if b"null" in text:  # orjson's word for a NaN, too
        _refuse_no_numbers(value)
    return text


def pretty(value: Any) -> str:
    """JSON for a person: two spaces a level. Raises TypeError as `encode` does."""
    return encode(value, orjson.OPT_INDENT_2).decode()


def _fragment(value: Any) -> orjson.Fragment:
    if isinstance(value, Decimal) and value.is_finite():
        return orjson.Fragment(str(value))
    raise TypeError(f"a {type(value).__name__} cannot be written as JSON")


def _spell_out_big_numbers(value: Any) -> Any:
    """orjson writes integers of 64 bits; longer ones are written by hand."""
    match value:
        case dict():
            return {key: _spell_out_big_numbers(item) for key, item in value.items()}
        case list() | tuple():
            return [_spell_out_big_numbers(item) for item in value]
        case int() if not -_BIG <= value < _BIG:
            return orjson.Fragment(str(value))
    return value


def _refuse_no_numbers(value: Any) -> None:
    match value:
        case dict():
            _refuse_no_numbers(list(value.values()))
        case list() | tuple():
            for item in value:
                _refuse_no_numbers(item)
        case float() if not math.isfinite(value):
            raise TypeError(f"{value} cannot be written as JSON")
