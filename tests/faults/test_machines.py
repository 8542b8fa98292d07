"""What can break does break, and is well again afterwards."""

import errno
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from faults.machines import Clock, Disk, Network
from not_run import not_run
from ports import free_port
from services import REPOSITORY, eventually

from foldline.errors import SettingsError
from foldline.state.state import State

TOLD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
import time
from faults.shifting import shift_clock
from foldline.http import routes

begun, monotonic = time.time(), time.monotonic()
shift_clock(Path(sys.argv[1]))
print(round(time.time() - begun), round(time.time_ns() / 1e9 - begun), round(time.monotonic() - monotonic))
print(round((routes.datetime.now(UTC) - datetime.fromtimestamp(begun, UTC)).total_seconds()))
"""


@pytest.fixture
def echo() -> Iterator[int]:
    """The port of a server that says again what it is told."""

    def serve(server: socket.socket) -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection, suppress(OSError):
                while data := connection.recv(1000):
                    connection.sendall(data)

    server = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=serve, args=[server])
    thread.start()
    yield server.getsockname()[1]
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join()


def says_again(port: int, seconds: float = 5) -> bool:
    try:
        with closing(socket.create_connection(("127.0.0.1", port), seconds)) as connection:
            connection.sendall(b"hello")
            return connection.recv(1000) == b"hello"
    except OSError:
        return False


def test_a_network_passes_on_is_cut_and_stalls(echo: int) -> None:
    front = free_port()
    with Network(front, echo) as network:
        eventually(lambda: says_again(front))
        with network.cut():
            assert not says_again(front)
        eventually(lambda: says_again(front))
        with network.stalled():
            assert not says_again(front, 0.2)
        assert says_again(front)


def test_a_full_disk_takes_nothing_until_it_is_full_no_more(tmp_path: Path) -> None:
    with Disk(tmp_path / "disk") as disk:
        if not disk.is_small:
            not_run("no file system can be mounted here")
        file = disk.folder / "file"
        with disk.full(), pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
            file.write_bytes(b"x" * 10_000)
        file.write_bytes(b"x" * 10_000)


@pytest.mark.parametrize("made_before", [False, True])
def test_a_state_on_a_full_disk_says_what_to_do(tmp_path: Path, made_before: bool) -> None:
    with Disk(tmp_path / "disk") as disk:
        if not disk.is_small:
            not_run("no file system can be mounted here")
        path = disk.folder / "state.db"
        if made_before:
            State(path, {}).close()
        with disk.full(), pytest.raises(SettingsError, match="its disk is full, or fails: make room"):
            State(path, {})


def test_a_clock_that_jumps_is_an_hour_ahead_and_the_other_clocks_are_not(tmp_path: Path) -> None:
    with Clock(tmp_path / "clock") as clock:
        assert told(clock) == ["0", "0", "0", "0"]
        with clock.jumped():
            assert told(clock) == ["3600", "3600", "0", "3600"]
        with clock.jumped():
            assert told(clock) == ["-3600", "-3600", "0", "-3600"]


def told(clock: Clock) -> list[str]:
    """What a process with this clock has for the time of day, and for the time since its start."""
    environ = {**os.environ, "PYTHONPATH": str(REPOSITORY / "tests")}
    command = [sys.executable, "-c", TOLD, str(clock.file)]
    return subprocess.run(command, env=environ, check=True, capture_output=True, text=True).stdout.split()
