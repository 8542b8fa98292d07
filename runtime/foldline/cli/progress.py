"""How far work has come: a bar."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import click

_MOMENT = 0.5
"""Seconds."""


@contextmanager
def late_bar(length: int, label: str) -> Iterator[Callable[[int], None]]:
    """Gives a function that is told of every step made; the bar appears once that takes a while."""
    with ExitStack() as stack:
        yield _LateBar(length, label, stack).update


class _LateBar:
    """A bar that is not shown for work that takes but a moment."""

    def __init__(self, length: int, label: str, stack: ExitStack) -> None:
        self._bar = click.progressbar(length=length, label=label, file=sys.stderr)
        self._stack = stack
        self._show_at = time.monotonic() + _MOMENT
        self._shown = False
        self._made = 0

    def update(self, steps: int) -> None:
        """So many steps more were made."""
        self._made += steps
        if not self._shown and time.monotonic() >= self._show_at:
            self._stack.enter_context(self._bar)
            self._shown = True
        if self._shown:
            self._bar.update(self._made)
            self._made = 0
