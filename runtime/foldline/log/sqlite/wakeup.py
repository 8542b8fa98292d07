"""How a commit to the embedded log wakes readers, in whichever process they wait.

A reader sleeps at a named pipe of its own, in a folder beside the log; who has committed writes a byte to each. To look
at the file every few milliseconds instead would wake an idle process more than a hundred times a second, and be later.
"""

import errno
import logging
import os
import select
import time
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

_LOOK_SECONDS = 0.008
"""How often a reader looks where the file system has no named pipes."""

_HIDDEN = "."
"""Begins the name of a pipe that nobody reads yet."""

_logger = logging.getLogger(__name__)


class WakeUp:
    """Where one reader sleeps. Used by one thread at a time."""

    def __init__(self, log: Path) -> None:
        """Be woken from now on by `wake_all` of the same log."""
        folder = _folder(log)
        self._path = folder / f"{os.getpid()}-{uuid4().hex}"
        self._ends: list[int] = []
        self._poll = select.poll()
        hidden = folder / f"{_HIDDEN}{self._path.name}"
        try:
            _make_pipe(hidden)
            self._open(hidden)
            hidden.rename(self._path)
        except OSError as error:
            _logger.warning("%s: no pipes there (%s); looking every %g s instead", folder, error, _LOOK_SECONDS)
            self.close()
            with suppress(OSError):
                hidden.unlink()

    def _open(self, pipe: Path) -> None:
        for way in (os.O_RDONLY, os.O_WRONLY):  # read by one with no writer left, a pipe is always ready
            self._ends.append(os.open(pipe, way | os.O_NONBLOCK))
        self._poll.register(self._ends[0], select.POLLIN)

    def clear(self) -> None:
        """Forget who woke so far."""
        if self._ends:
            with suppress(BlockingIOError):
                os.read(self._ends[0], 65_536)  # all that a pipe holds

    def wait(self, timeout: float) -> bool:
        """Sleep until woken, or not at all if that was since `clear`; False: nobody did within `timeout` seconds."""
        if self._ends:
            return bool(self._poll.poll(timeout * 1000))
        time.sleep(min(timeout, _LOOK_SECONDS))
        return True  # for all that is known

    def wake(self) -> None:
        """End the sleep, from any thread."""
        if self._path.exists():
            _wake(self._path)  # by its name, for the pipe may be closed this moment

    def close(self) -> None:
        """Take the pipe away, and the last one the folder."""
        if self._ends:
            with suppress(OSError):
                self._path.unlink()
                self._path.parent.rmdir()
        for end in self._ends:
            os.close(end)
        self._ends.clear()


def wake_all(log: Path) -> None:
    """Wake all that sleep until this log grows; one that cannot be woken looks a moment later by itself.

    A pipe whose reader is gone is taken away.
    """
    with suppress(OSError):
        for pipe in _folder(log).iterdir():
            if not pipe.name.startswith(_HIDDEN):
                _wake(pipe)


def _make_pipe(path: Path) -> None:
    while True:
        path.parent.mkdir(exist_ok=True)
        try:
            os.mkfifo(path)
        except FileNotFoundError:  # another reader has just taken the folder away
            continue
        return


def _folder(log: Path) -> Path:
    return log.with_name(f"{log.name}-readers")


def _wake(path: Path) -> None:
    try:
        pipe = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    except OSError as error:
        if error.errno == errno.ENXIO:  # its process was killed
            with suppress(OSError):  # it may be another user's
                path.unlink()
        return
    with suppress(OSError):  # it is full, and so its reader awake; or gone this moment
        os.write(pipe, b".")
    os.close(pipe)
