"""What is drawn again and again on one terminal."""

import shutil
import time
from collections.abc import Callable, Sequence

import click

_HOME, _TO_END_OF_LINE, _TO_END = "\x1b[H", "\x1b[K", "\x1b[J"


def keep_drawing(lines: Callable[[], Sequence[str]], every: float = 1.0) -> None:
    """Show what `lines` gives, anew each `every` seconds, until Ctrl-C; as many lines as the terminal has."""
    click.clear()
    while True:
        drawn = "".join(f"{line}{_TO_END_OF_LINE}\n" for line in lines()[: shutil.get_terminal_size().lines - 1])
        click.echo(f"{_HOME}{drawn}{_TO_END}", nl=False)  # over what is there: a cleared screen would flicker
        time.sleep(every)
