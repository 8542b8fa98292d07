"""A container engine for tests, by scripts/engine.sh, and the image that is built with it."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

REPOSITORY = Path(__file__).parents[1]
IMAGE = "foldline-shop"

_SCRIPT = REPOSITORY / "scripts" / "engine.sh"
_SECONDS = 600


class EngineUnavailable(Exception):
    """No containers can run on this machine; the message says why."""


def not_run(reason: str) -> NoReturn:
    """Skip a test as not run; in CI it fails."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(f"not run: {reason}")


@contextmanager
def running_engine() -> Iterator[None]:
    """An engine that answers; one that was started for this is stopped again. Raises EngineUnavailable."""
    was_there = _engine("status").returncode == 0
    try:
        started = _engine("start")
        if started.returncode != 0:
            raise EngineUnavailable(started.stderr.strip())
        yield
    finally:
        if not was_there:
            stopped = _engine("stop")
            assert stopped.returncode == 0, stopped.stderr


def run(*command: str) -> str:
    """Run a command in the repository to its end, which must be good; gives what it printed."""
    done = _run(*command)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"
    return done.stdout.strip()


def _engine(verb: str) -> "subprocess.CompletedProcess[str]":
    try:
        return _run(str(_SCRIPT), verb)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EngineUnavailable(str(error)) from None


def _run(*command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=_SECONDS, check=False)
