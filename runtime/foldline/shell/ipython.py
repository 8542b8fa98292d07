"""The prompt, where IPython is installed."""

import sys
from types import TracebackType
from typing import Any

import IPython
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from foldline.client import Change, Client, Listing, Record
from foldline.client.resource import ResourceClass
from foldline.errors import FoldlineError
from foldline.shell.banner import banner
from foldline.shell.places import state_folder
from foldline.shell.session import Session
from foldline.shell.terminal import bold, drawn, one_line, width

_KEYS = "Tab completes, a ? after a name explains it, %tb shows a traceback, Ctrl-D leaves."

_HARMLESS = {(kind.__module__, kind.__name__) for kind in (Client, Record, ResourceClass)}
"""Asking these for an attribute that they do not have does nothing, so Tab may."""


def prompt(session: Session) -> None:
    """Read and run what is typed until it is left."""
    config = Config()
    config.InteractiveShellApp.extensions = [__name__]
    config.TerminalInteractiveShell.banner1 = f"{banner(session, _KEYS, bold, width())}\n"
    config.TerminalInteractiveShell.banner2 = ""
    config.TerminalInteractiveShell.enable_tip = False
    config.TerminalInteractiveShell.confirm_exit = False
    config.IPCompleter.use_jedi = False  # it reads sources, and these classes have none
    config.IPCompleter.policy_overrides = {"allowed_getattr_external": _HARMLESS}
    config.HistoryManager.hist_file = str(state_folder() / "ipython_history.sqlite")
    IPython.start_ipython(argv=[], user_ns=session.names, config=config)


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Show what comes from services as tables, and our own errors as one line."""
    formatter = shell.display_formatter.formatters["text/plain"]  # type: ignore[union-attr]  # a terminal has one
    print_list = formatter.for_type(list)

    def draw(value: Any, printer: Any, cycle: bool) -> None:
        text = drawn(value) if len(printer.stack) == 1 else None
        if text is None and isinstance(value, list):
            print_list(value, printer, cycle)
        else:
            printer.text(text or repr(value))

    for kind in (Record, Listing, Change, list):
        formatter.for_type(kind, draw)
    shell.set_custom_exc((FoldlineError, KeyboardInterrupt), _say)  # type: ignore[no-untyped-call]


def _say(
    _: InteractiveShell,
    kind: type[BaseException],
    error: BaseException,
    trace: TracebackType,
    tb_offset: int | None = None,  # noqa: ARG001 - IPython gives it by name
) -> None:
    sys.last_type, sys.last_value, sys.last_traceback = kind, error, trace  # for %tb
    sys.stdout.write(f"{one_line(error)}\n")
