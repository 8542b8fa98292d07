"""What can break beneath a service: its disk, its network, its clock."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import cycle
from pathlib import Path

from faults.shifting import NO_SHIFT, SHIFT, map_file
from services import REPOSITORY

_BYTES = 64 * 2**20

_HOUR = 3600


class Disk(AbstractContextManager["Disk"]):
    """A small file system of its own, which can be full. Without the right to mount one it is a folder like any."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={_BYTES}", "tmpfs", str(folder)], capture_output=True, check=False
        )
        self.is_small = mounted.returncode == 0

    @contextmanager
    def full(self) -> Iterator[None]:
        """Not a byte is free meanwhile."""
        filler = self.folder / "filler"
        with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(2**20))
        try:
            yield
        finally:
            filler.unlink()

    def __exit__(self, *_: object) -> None:
        if self.is_small:
            subprocess.run(["umount", "--lazy", str(self.folder)], check=True)


class Network(AbstractContextManager["Network"]):
    """The way from one service to the broker, by a process in between."""

    def __init__(self, front: int, back: int) -> None:
        """`front` is the port that the service knows, `back` is the broker's."""
        self._ports = (str(front), str(back))
        self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        environ = os.environ | {"PYTHONPATH": str(REPOSITORY / "tests")}
        return subprocess.Popen([sys.executable, "-m", "faults.proxy", *self._ports], env=environ)

    @contextmanager
    def cut(self) -> Iterator[None]:
        """Connections end, and none can be made."""
        self._kill()
        try:
            yield
        finally:
            self._process = self._start()

    @contextmanager
    def stalled(self) -> Iterator[None]:
        """Connections stay, and nothing comes through."""
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def _kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def __exit__(self, *_: object) -> None:
        self._kill()


class Clock(AbstractContextManager["Clock"]):
    """The time of day as one service sees it (`launcher.py` looks here)."""

    def __init__(self, file: Path) -> None:
        self.file = file
        file.write_bytes(NO_SHIFT)
        self._mapped = map_file(file)
        self._hours = cycle((1, -1))

    @contextmanager
    def jumped(self) -> Iterator[None]:
        """An hour later meanwhile, or earlier."""
        self._mapped[:] = SHIFT.pack(next(self._hours) * _HOUR)
        try:
            yield
        finally:
            self._mapped[:] = NO_SHIFT

    def __exit__(self, *_: object) -> None:
        self._mapped.close()
