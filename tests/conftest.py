"""What every test is watched for: threads, processes and temporary state left behind."""

import compileall
import multiprocessing
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

pytest_plugins = ["broker_fixtures", "small_app", "stand_ins"]

settings.register_profile("patient", parent=settings(), deadline=None)  # how long an example takes is the machine's
settings.load_profile("patient")

_PATIENCE = 5.0
"""Seconds in which what a test stopped may come to its end."""

_OF_LIBRARIES = ("pytest_timeout", "rdk:")
"""Threads of others, which live on by design."""


def _ours() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if not thread.name.startswith(_OF_LIBRARIES)}


@pytest.fixture(scope="session", autouse=True)
def runtime_is_compiled() -> None:
    """Have hundreds of processes compile the runtime once, even where Python may not write what it compiles."""
    compileall.compile_dir(Path(__file__).parents[1] / "runtime", quiet=2)


class _Rooms(LoadFileScheduling):  # type: ignore[misc] # it is not typed
    """Which tests stay together where processes run them side by side: a file's, and all that share one engine."""

    def _split_scope(self, nodeid: str) -> str:
        return "tests/containers" if nodeid.startswith("tests/containers/") else super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    return _Rooms(config, log)


@pytest.fixture(autouse=True)
def nothing_is_left_behind() -> Iterator[None]:
    """Fail a test that leaves a thread or a child process."""
    before = _ours()
    yield
    deadline = time.monotonic() + _PATIENCE
    while (left := {thread for thread in _ours() - before if thread.is_alive()}) and time.monotonic() < deadline:
        for thread in left:
            thread.join(0.05)
    children = multiprocessing.active_children()
    assert not left, f"threads left behind: {sorted(thread.name for thread in left)}"
    assert not children, f"processes left behind: {children}"
