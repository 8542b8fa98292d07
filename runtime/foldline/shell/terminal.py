"""The terminal that the prompt is on."""

import os
import shutil
import sys
from typing import Any

import click

from foldline.errors import FoldlineError
from foldline.shell.showing import shown
from foldline.table import harmless


def bold(text: str) -> str:
    """Set off, where the terminal can do that and NO_COLOR is not set."""
    return _styled(text, bold=True)


def width() -> int | None:
    """Cells of a line; None: it is no terminal."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def one_line(error: BaseException) -> str:
    """An error without where it came from."""
    name = _styled(type(error).__name__, fg="red", bold=True)
    return f"{name}: {harmless(str(error))}" if str(error) else name


def drawn(value: object) -> str | None:
    """What to print for a value, or why that cannot be had; None: as Python does."""
    try:
        return shown(value, width(), bold)
    except FoldlineError as error:  # a list is read as it is looked at
        return one_line(error)


def _styled(text: str, **style: Any) -> str:
    return click.style(text, **style) if sys.stdout.isatty() and not os.environ.get("NO_COLOR") else text
