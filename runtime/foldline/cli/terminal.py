"""The terminal that a person reads on."""

import shutil
import sys
from collections.abc import Sequence

import click


def headed(table: Sequence[str]) -> list[str]:
    """A table's lines, with the heading set off."""
    return [click.style(line, bold=True) if number == 0 else line for number, line in enumerate(table)]


def terminal_width() -> int | None:
    """Cells of a line of the terminal; None: it is none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None
