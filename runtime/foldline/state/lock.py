"""One process at a time folds into a state."""

import contextlib
import fcntl
import os
import time
from pathlib import Path

from foldline.errors import StateInUse


class StateLock:
    """An exclusive lock beside the state's file, held until `release`, or until the process ends in whatever way."""

    def __init__(self, state: Path, wait: float = 10.0) -> None:
        """Take the lock within `wait` seconds; raises StateInUse that says who has it."""
        self.path = state.with_name(state.name + ".lock")
        self._file = self.path.open("ab+", buffering=0)  # what a full disk refuses must not be tried again at the end
        try:
            self._take(time.monotonic() + wait)
            self._file.truncate(0)
            self._file.write(f"process {os.getpid()}".encode())
        except BaseException:
            self._file.close()
            raise

    def _take(self, deadline: float) -> None:
        while True:
            with contextlib.suppress(BlockingIOError):
                return fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if time.monotonic() > deadline:
                self._file.seek(0)
                raise StateInUse(
                    f"{self.path} is held by {self._file.read().decode() or 'another process'}: "
                    "stop it, or give this one a state of its own with FOLDLINE_STATE"
                )
            time.sleep(0.05)

    def release(self) -> None:
        """Let the next process in."""
        self._file.close()


def holder_of(state: Path) -> str | None:
    """Who folds into this state now, as `process 4711`; None: nobody."""
    path = state.with_name(state.name + ".lock")
    try:
        with path.open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return file.read() or "another process"
    except FileNotFoundError:
        pass
    return None
