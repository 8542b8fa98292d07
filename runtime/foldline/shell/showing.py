"""How what comes from services looks at a prompt: small tables."""

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any

from foldline.client import Change, Listing, Record, Resource
from foldline.table import Row, cell_text, text_table

ROWS = 20
"""Of a list, shown at most."""

Style = Callable[[str], str]
"""Sets a heading off."""


def shown(value: Any, width: int | None, heading: Style) -> str | None:
    """The text for a value; None: it is to be shown as Python does."""
    match value:
        case Record():
            return _parts(value, heading)
        case Listing():
            return _listing(value, width, heading)
        case [*items] if items and all(isinstance(item, Record | Change) for item in items):
            return _table(items[:ROWS], width, heading) + _rest(len(items) - ROWS)
        case Change():
            return cell_text(value)
    return None


def _parts(record: Record, heading: Style) -> str:
    unsaved = record.unsaved() if isinstance(record, Resource) else {}
    parts = record.attributes()
    longest = max(map(len, parts), default=0)
    lines = [
        f"  {name:{longest}}  {cell_text(value)}{'  (not saved)' if name in unsaved else ''}"
        for name, value in parts.items()
    ]
    return "\n".join([heading(type(record).__name__), *lines])


def _listing(listing: Listing[Any], width: int | None, heading: Style) -> str:
    items = list(islice(iter(listing), ROWS))
    if not items:
        return "none"
    more = f"\nand more: [{ROWS}:{2 * ROWS}] shows the next" if listing.has(ROWS + 1) else ""
    if not all(isinstance(item, Record | Change) for item in items):
        return "\n".join(map(cell_text, items)) + more
    return _table(items, width, heading) + more


def _rest(count: int) -> str:
    return f"\nand {count} more" if count > 0 else ""


def _table(items: Sequence[Any], width: int | None, heading: Style) -> str:
    first, *lines = text_table([_row(item) for item in items], _columns(items), width)
    return "\n".join([heading(first), *lines])


def _columns(items: Iterable[Any]) -> list[str]:
    return list(dict.fromkeys(name for item in items for name in _row(item)))


def _row(item: Record | Change[Any]) -> Row:
    if isinstance(item, Record):
        return {name: _brief(value) for name, value in item.attributes().items()}
    entity = {} if item.entity is None else item.entity.attributes()
    return {"time": item.time, "function": item.function} | entity


def _brief(value: Any) -> Any:
    """What stands inside another thing, by its values: a name says more than an id."""
    if not isinstance(value, dict):
        return value
    return " ".join(cell_text(part) for name, part in value.items() if name != "id")
