"""A guard against use after a fork: neither SQLite's connections nor Kafka's clients survive one."""

import os

from foldline.errors import LogError


class OneProcess:
    """Remembers the process that it was made in."""

    def __init__(self) -> None:
        self._pid = os.getpid()

    def check(self) -> None:
        """Raise LogError in any other process."""
        if os.getpid() != self._pid:
            raise LogError(f"this log was opened by process {self._pid}: open it after the fork, in each process anew")
