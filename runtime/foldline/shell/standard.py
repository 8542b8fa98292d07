"""The prompt that Python brings itself."""

import builtins
import code
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from foldline.errors import FoldlineError
from foldline.shell.banner import banner
from foldline.shell.places import state_folder
from foldline.shell.session import Session
from foldline.shell.terminal import bold, drawn, one_line, width

_KEYS = "Tab completes, help(name) explains, traceback() shows a traceback, Ctrl-D leaves."


def prompt(session: Session) -> None:
    """Read and run what is typed until it is left."""
    session.names["traceback"] = traceback.print_last
    with _editing(session), _display():
        _Console(session.names).interact(f"{banner(session, _KEYS, bold, width())}\n", exitmsg="")


class _Console(code.InteractiveConsole):
    """Says our own errors in one line."""

    def showtraceback(self) -> None:
        kind, error, trace = sys.exc_info()
        if not isinstance(error, FoldlineError | KeyboardInterrupt):
            super().showtraceback()
            return
        sys.last_type, sys.last_value, sys.last_traceback = kind, error, trace  # for traceback()
        self.write(f"{one_line(error)}\n")


@contextmanager
def _display() -> Iterator[None]:
    before, sys.displayhook = sys.displayhook, _show
    try:
        yield
    finally:
        sys.displayhook = before


def _show(value: object) -> None:
    if value is not None:
        builtins._ = value  # type: ignore[attr-defined]  # as Python's own does
        sys.stdout.write(f"{drawn(value) or repr(value)}\n")


@contextmanager
def _editing(session: Session) -> Iterator[None]:
    """Lines can be edited, names completed, and what was typed is there again the next time."""
    try:
        import readline  # noqa: PLC0415 - not on every platform
        import rlcompleter  # noqa: PLC0415
    except ImportError:
        yield
        return
    history = state_folder() / "history"
    with suppress(OSError):
        readline.read_history_file(history)
    readline.set_completer(rlcompleter.Completer(session.names).complete)
    readline.parse_and_bind("bind ^I rl_complete" if "libedit" in (readline.__doc__ or "") else "tab: complete")
    try:
        yield
    finally:
        with suppress(OSError):
            readline.write_history_file(history)
