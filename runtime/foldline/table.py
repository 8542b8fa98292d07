"""Rows as a person reads them: columns in line, whatever the cells hold."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from foldline import jsontext

Row = Mapping[str, Any]
"""Values by column: what JSON can hold, `Decimal` included."""

_GAP = "  "
_BORDER = re.compile(r"_|(?<=[a-z0-9])(?=[A-Z])")
"""Between the words of a name in snake_case or camelCase."""
_LEAST_WIDTH = 8
"""Columns are cut no narrower than this."""


def text_table(rows: Sequence[Row], columns: Sequence[str] = (), width: int | None = None) -> list[str]:
    """A line for the heading and one for each row; none at all where there are no rows.

    `columns` are the keys to show, in order; if empty, every key in the order of its first appearance. With `width`
    the widest columns are cut until a line fits into that many cells of a terminal, as far as that can be read; the
    first, by which a row is called, comes last.
    """
    if not rows:
        return []
    names = columns or list(dict.fromkeys(name for row in rows for name in row))
    heading = [_words(name).upper() for name in names]
    cells = [[cell_text(row.get(name)) for name in names] for row in rows]
    widths = [max(display_width(line[i]) for line in (heading, *cells)) for i in range(len(names))]
    if width is not None:
        widths = _narrowed(widths, width - len(_GAP) * (len(names) - 1))
    right = [_are_numbers([row.get(name) for row in rows]) for name in names]
    return [_line(line, widths, right) for line in (heading, *cells)]


def cell_text(value: Any) -> str:
    """A value on one line: JSON where it has parts; characters that would steer a terminal are spelled out."""
    match value:
        case None:
            return "-"
        case bool():
            return "yes" if value else "no"
        case dict():
            return harmless(jsontext.encode(value).decode(), kept="")
        case list() | tuple():
            return ", ".join(map(cell_text, value))
    return harmless(str(value), kept="")


def harmless(text: str, kept: str = "\n\t") -> str:
    """The text with all spelled out that could steer a terminal, but for the characters that are `kept`."""
    return "".join(c if c.isprintable() or c in kept else repr(c)[1:-1] for c in text)


def display_width(text: str) -> int:
    """How many cells of a terminal a text takes: two for wide characters, none for those that combine."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def fit(text: str, width: int) -> str:
    """The text, cut with an ellipsis where it takes more than `width` cells."""
    if display_width(text) <= width:
        return text
    while text and display_width(text) >= width:
        text = text[:-1]
    return text + "…"


def _words(name: str) -> str:
    return _BORDER.sub(" ", cell_text(name))


def _narrowed(widths: Sequence[int], room: int) -> list[int]:
    """Take what is too much from the widest columns, and from the first, which names the row, only then."""
    first, *others = widths
    while (excess := first + sum(others) - room) > 0 and max(others, default=0) > _LEAST_WIDTH:
        next_widest, widest = sorted([0, *others])[-2:]
        others[others.index(widest)] = max(widest - excess, min(next_widest, widest - 1), _LEAST_WIDTH)
    return [min(first, max(first - excess, _LEAST_WIDTH)), *others]


def _are_numbers(values: Sequence[Any]) -> bool:
    present = [value for value in values if value is not None]
    return bool(present) and all(isinstance(v, int | float | Decimal) and not isinstance(v, bool) for v in present)


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    parts = []
    for text, width, to_the_right in zip(cells, widths, right, strict=True):
        shown = fit(text, width)
        blank = " " * (width - display_width(shown))
        parts.append(blank + shown if to_the_right else shown + blank)
    return _GAP.join(parts).rstrip()
