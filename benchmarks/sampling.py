"""Where a process's time goes: stacks of Python by vmprof, one for every few milliseconds of CPU time.

What samples from outside cannot tell a thread that runs from one that waits for its core, and takes every wait for an
expense. Here the kernel's timer of CPU time interrupts whoever runs. Where that is a thread of librdkafka's the sample
falls on another, by chance; so the shares of threads are the kernel's own count, and a thread's samples divide that.
"""

import tempfile
import threading
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any, NamedTuple

import vmprof

_PERIOD = 0.004
"""Seconds of CPU time; the kernel counts no finer than that."""


class Frame(NamedTuple):
    """A function that runs."""

    file: str
    function: str


class Samples(NamedTuple):
    """What was seen of a process."""

    stacks: list[list[Frame]]
    """Outermost first."""
    threads: dict[str, int]
    """CPU time by the thread's name, in the kernel's ticks."""


class Sampler:
    """Samples its own process (Linux)."""

    def __init__(self) -> None:
        self._file: Any = None
        self._before: Counter[int] = Counter()

    def start(self) -> None:
        """Begin."""
        self._file = tempfile.NamedTemporaryFile(prefix="foldline-bench-")  # noqa: SIM115 - `stop` closes it
        self._before = _ticks()
        vmprof.enable(self._file.fileno(), _PERIOD, native=False)

    def stop(self) -> Samples:
        """End; what was seen since the start."""
        vmprof.disable()
        names = {thread.native_id: thread.name for thread in threading.enumerate()}
        threads: dict[str, int] = defaultdict(int)
        for number, ticks in (_ticks() - self._before).items():
            threads[names.get(number) or _task(number, "comm").strip()] += ticks
        with self._file:
            seen = vmprof.read_profile(self._file.name)
        return Samples([_frames(seen, stack) for stack, *_ in seen.profiles], threads)


def _frames(seen: Any, stack: tuple[int, ...]) -> list[Frame]:
    found = (seen.get_addr_info(address) for address in stack)
    return [Frame(file, function) for _, function, _, file in filter(None, found)]


def _ticks() -> Counter[int]:
    """CPU time of each thread, in the program and in the kernel for it."""
    numbers = [int(task.name) for task in Path("/proc/self/task").iterdir()]
    fields = ((number, _task(number, "stat").rpartition(")")[2].split()) for number in numbers)
    return Counter({number: int(found[11]) + int(found[12]) for number, found in fields})


def _task(number: int, file: str) -> str:
    return Path(f"/proc/self/task/{number}/{file}").read_text()
