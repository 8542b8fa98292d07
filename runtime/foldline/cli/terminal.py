"""The terminal that a person reads on."""

import shutil
import sys
import textwrap
from collections.abc import Sequence

import click

_LEAST = 20
"""Cells that a text gets at least, however narrow the terminal is."""


def headed(table: Sequence[str]) -> list[str]:
    """A table's lines, with the heading set off."""
    return [click.style(line, bold=True) if number == 0 else line for number, line in enumerate(table)]


def terminal_width() -> int | None:
    """Cells of a line of the terminal; None: it is none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def wrapped(text: str, indent: int = 0) -> list[str]:
    """The text in lines of whole words that fit beside what stands before them; in one, where it is no terminal."""
    width = terminal_width()
    if width is None:
        return [text]
    return textwrap.wrap(text, max(width - indent, _LEAST), break_long_words=False, break_on_hyphens=False)
