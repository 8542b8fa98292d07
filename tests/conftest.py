"""What every test is watched for: threads, processes and temporary state left behind."""

import multiprocessing
import threading
import time
from collections.abc import Iterator

import pytest

pytest_plugins = ["broker_fixtures", "small_app", "stand_ins"]

_PATIENCE = 5.0
"""Seconds in which what a test stopped may come to its end."""

_OF_LIBRARIES = ("pytest_timeout", "rdk:")
"""Threads of others, which live on by design."""


def _ours() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if not thread.name.startswith(_OF_LIBRARIES)}


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
