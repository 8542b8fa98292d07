"""Serve, and start anew whenever a file of the application changes: for those who write functions."""

import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from threading import Event
from types import FrameType

import click
from watchfiles import DefaultFilter, watch

_STOP_SECONDS = 10.0


class _Sources(DefaultFilter):
    """What an application is written in."""

    def __call__(self, change: object, path: str) -> bool:
        return super().__call__(change, path) and path.endswith((".py", ".sql", ".yaml", ".yml"))  # type: ignore[arg-type]


def serve_and_reload(folder: Path, arguments: Sequence[str]) -> None:
    """Run `foldline ARGUMENTS` in a process of its own; a start that fails is tried again at the next change."""
    stop = Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    process = _start(arguments)
    try:
        for changes in watch(folder, watch_filter=_Sources(), stop_event=stop, raise_interrupt=False):
            names = sorted({str(Path(path).relative_to(folder)) for _, path in changes})
            click.echo(f"{', '.join(names)} changed: starting anew", err=True)
            _end(process)
            process = _start(arguments)
    finally:
        _end(process)


def _start(arguments: Sequence[str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-m", "foldline", *arguments])  # noqa: S603 - itself


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
