"""A person at a terminal: types, and reads what is on it."""

import re
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pexpect  # type: ignore[import-untyped]

_DEADLINE = 30.0
"""Seconds after which a test gives up waiting."""

_STEERING = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|\r")
"""What moves the cursor or colours the text."""


class Terminal:
    """A program on a terminal of its own, 120 columns wide."""

    def __init__(self, command: list[str], folder: Path, environment: Mapping[str, str]) -> None:
        self.program = pexpect.spawn(
            sys.executable,
            ["-m", "foldline", *command],
            cwd=folder,
            env={**environment, "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1", "COLUMNS": "120"},
            encoding="utf-8",
            dimensions=(50, 120),
        )
        self._shown = ""

    def wait_for(self, text: str, count: int = 1) -> str:
        """All that is shown since the last key, once the text is in it so often; fails where it does not come."""
        return self.wait_until(lambda shown: shown.count(text) >= count, text)

    def wait_until(self, condition: Callable[[str], object], awaited: str) -> str:
        deadline = time.monotonic() + _DEADLINE
        while not condition(shown := _STEERING.sub("", self._shown)):
            assert time.monotonic() < deadline, f"{awaited!r} was not shown, but:\n{shown}"
            try:
                self._shown += self.program.read_nonblocking(65_536, 0.1)
            except pexpect.TIMEOUT:
                continue
            except pexpect.EOF:
                raise AssertionError(f"it ended, and {awaited!r} was not shown, but:\n{shown}") from None
        return shown

    def press(self, keys: str) -> None:
        """Press these keys."""
        self._shown = ""
        self.program.send(keys)

    def end(self) -> int:
        """Its exit code, once it has ended by itself."""
        self.program.expect(pexpect.EOF, timeout=_DEADLINE)
        self.program.close()
        return int(self.program.exitstatus)

    def close(self) -> None:
        """End it in any case."""
        self.program.kill(signal.SIGKILL)
        self.program.close(force=True)
