"""A small language that says which records are wanted: FIELD OPERATOR VALUE, as `price>2` or `name~butter`."""

import operator
import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from foldline import jsontext
from foldline.errors import Malformed
from foldline.table import Row

_FILTER = re.compile(r"\s*(?P<field>[^\s=!<>~]+)\s*(?P<operator>!=|>=|<=|=|>|<|~)\s*(?P<value>.*?)\s*", re.DOTALL)

_ORDERS: Mapping[str, Callable[[Any, Any], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


class Filter(NamedTuple):
    """One condition on a record as it is printed."""

    field: str
    """A part of the record (`id`, `type`, `headers.ce_id`), or of its payload (`price`, `address.city`)."""
    operator: str
    value: str

    def matches(self, row: Row) -> bool:
        """Whether the row has such a field, and it compares so. Numbers compare as numbers, all else as text."""
        found = lookup(row, self.field)
        if self.operator == "!=":
            return not _equal(found, self.value)
        if found is None:
            return False
        match self.operator:
            case "=":
                return _equal(found, self.value)
            case "~":
                return self.value.casefold() in _text(found).casefold()
        return _ordered(found, _ORDERS[self.operator], self.value)


def parse_filter(text: str) -> Filter:
    """Read what a person typed; raises Malformed."""
    match = _FILTER.fullmatch(text)
    if match is None:
        raise Malformed(f"{text!r} is no filter; one looks like price>2, name~butter, type=products.create or id!=p1")
    return Filter(match["field"], match["operator"], match["value"])


def lookup(row: Row, path: str) -> Any:
    """A part of the row, else of its payload; dots lead into parts of parts. None: there is none."""
    found = _descend(row, path)
    return _descend(row.get("payload"), path) if found is None else found


def _descend(value: Any, path: str) -> Any:
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _equal(found: Any, value: str) -> bool:
    number = _number(value)
    return found == number if _is_number(found) and number is not None else _text(found) == value


def _ordered(found: Any, order: Callable[[Any, Any], bool], value: str) -> bool:
    if not _is_number(found):
        return order(_text(found), value)
    number = _number(value)
    return number is not None and order(found, number)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else jsontext.encode(value).decode()
