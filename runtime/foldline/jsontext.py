"""JSON without loss: numbers with a fraction are `Decimal`, and are written back digit for digit."""

import json
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


def encode(value: Any) -> bytes:
    """Write compact JSON; raises TypeError for what JSON cannot hold (a NaN, a set, text with lone surrogates)."""
    try:
        return orjson.dumps(value, default=_fragment)
    except TypeError as error:
        if "64-bit" not in str(error):
            raise
    return orjson.dumps(_spell_out_big_numbers(value), default=_fragment)


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
