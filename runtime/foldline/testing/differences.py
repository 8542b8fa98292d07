"""Two values side by side, for messages of failed assertions."""

from difflib import ndiff
from pprint import pformat
from typing import Any


def difference(expected: Any, actual: Any) -> str:
    """Lines that begin with - are expected and missing, with + there and not expected."""
    return "\n".join(line.rstrip() for line in ndiff(_lines(expected), _lines(actual)))


def _lines(value: Any) -> list[str]:
    return pformat(value, width=100, sort_dicts=False).splitlines()
