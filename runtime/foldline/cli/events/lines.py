"""Records as a person reads them."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import click

from foldline.admin.filters import lookup
from foldline.table import Row, cell_text

_OFFSETS = len("-0@99999")

_PLACE = re.compile(r"\{([^{}]+)\}")


def line_by(template: str) -> Callable[[Row], str]:
    """Makes a line of a record by a template, in which `{name}` stands for a part of it, as in a filter."""
    return lambda row: _PLACE.sub(lambda place: cell_text(lookup(row, place[1])), template)


def line_of(longest_topic: int) -> Callable[[Row], str]:
    """Makes one line of a record: time, position, type, id, and what it says. `longest_topic` keeps them in columns."""

    def line(row: Row) -> str:
        place = click.style(f"{row['time']}  {row['position']:{longest_topic + _OFFSETS}}", dim=True)
        return f"{place}  {cell_text(row['type']):18}  {click.style(cell_text(row['id']), bold=True)}  {_says(row)}"

    return line


def lines_of(row: Row) -> Iterator[str]:
    """A record with all its parts, a line each."""
    parts = {name: value for name, value in row.items() if name not in {"payload", "headers"}}
    for title, part in (("", parts), ("payload", row["payload"]), ("headers", row["headers"])):
        if title and part:
            yield ""
            yield click.style(title, dim=True)
        if isinstance(part, Mapping):
            yield from _block(part)
        elif part is not None:
            yield cell_text(part)


def _says(row: Row) -> str:
    if "dead" in row:
        return " ".join([click.style(f"dead: {row['dead']}", fg="red"), cell_text(row.get("value", row["payload"]))])
    if "value" in row:
        return cell_text(row["value"])
    payload = row["payload"]
    if isinstance(payload, Mapping):  # the id stands before it
        payload = {name: value for name, value in payload.items() if name != "id"} or None
    said = [f"repair of @{cell_text(row['headers']['repairs'])}"] if "repairs" in row["headers"] else []
    said += [click.style(cell_text(row["event"]), fg="yellow")] if row["event"] != "set" else []
    said += [] if payload is None else [cell_text(payload)]
    return " ".join(said)


def _block(parts: Mapping[str, Any]) -> Iterator[str]:
    longest = max(map(len, parts), default=0)
    for name, value in parts.items():
        yield f"{click.style(cell_text(name).ljust(longest), bold=True)}  {cell_text(value)}"
