"""A clock that another process shifts: the seconds stand in a small file that both have mapped."""

import mmap
import struct
import time
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from foldline.http import routes

SHIFT = struct.Struct("d")
NO_SHIFT = SHIFT.pack(0.0)


def map_file(file: Path) -> mmap.mmap:
    """What the file holds, shared with whoever maps it too."""
    with file.open("r+b") as opened:
        return mmap.mmap(opened.fileno(), SHIFT.size)


def shift_clock(file: Path) -> None:
    """Let this process's time of day be shifted by what stands in the file. Its other clocks go on as they do."""
    mapped, real, real_ns = map_file(file), time.time, time.time_ns

    def shift() -> float:
        seconds: float = SHIFT.unpack(mapped)[0]
        return seconds

    class Shifted(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Shifted":
            return cls.fromtimestamp(real() + shift(), tz or UTC)

    time.time = lambda: real() + shift()
    time.time_ns = lambda: real_ns() + int(shift() * 1e9)
    routes.datetime = Shifted  # type: ignore[attr-defined]
