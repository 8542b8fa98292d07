"""Which cores threads run on.

Python's threads hand the interpreter lock to each other; across cores each hand-over costs more than the work between
two of them. Bound to one core, a service answers about twice as much (docs/design.md, section 10). librdkafka's own
threads need no such lock, and stay free.
"""

import os
import random
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

_LOOK = 0.1
"""Seconds for which cores are watched to find the idlest."""


def allowed_cores() -> frozenset[int]:
    """The cores that this thread may run on; empty where the platform does not say."""
    return frozenset(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else frozenset()


def choose_core(wish: int | bool | None, cores: Collection[int]) -> int | None:
    """The core to bind to: the one wished for, the idlest (True), or none (None, or where there is no choice)."""
    if wish is None or len(cores) < 2:
        return None
    if wish is True:
        return _idlest(cores)
    return wish if wish in cores else None


def bind(cores: Collection[int]) -> None:
    """Run this thread, and those that it starts from now on, on these cores only."""
    if cores and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, cores)


@contextmanager
def on_cores(cores: Collection[int]) -> Iterator[None]:
    """Start threads that may run on these cores (none given: where this thread may)."""
    before = allowed_cores()
    bind(cores)
    try:
        yield
    finally:
        bind(before)


def _idlest(cores: Collection[int]) -> int | None:
    before = _idle_times()
    time.sleep(_LOOK)
    after = _idle_times()
    idle = {core: after.get(core, 0) - before.get(core, 0) for core in cores}
    most = max(idle.values())
    return random.choice([core for core, ticks in idle.items() if ticks >= most - 2])  # noqa: S311 - spreads services


def _idle_times() -> dict[int, int]:
    """Ticks that each core was idle, from /proc/stat; empty where there is none."""
    try:
        lines = Path("/proc/stat").read_text().splitlines()
    except OSError:
        return {}
    cores = [line.split() for line in lines if line.startswith("cpu") and line[3].isdigit()]
    return {int(fields[0][3:]): int(fields[4]) for fields in cores}
