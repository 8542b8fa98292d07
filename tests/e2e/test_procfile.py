"""The whole shop by its Procfile, as a developer starts and stops it at a terminal."""

import os
import shlex
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pexpect  # type: ignore[import-untyped]
import pytest
import requests
from services import REPOSITORY, Shop, environment, eventually

Run = Callable[[str], pexpect.spawn]


@pytest.fixture
def run(shop: Shop) -> Iterator[Run]:
    """Starts what `make run` starts, with a shell's `{}` for it and nothing in the environment, on a terminal."""
    shutil.copy(REPOSITORY / "Procfile", shop.folder)
    commands = Path(sys.executable).parent
    started: list[pexpect.spawn] = []

    def start(line: str) -> pexpect.spawn:
        command = shlex.join([sys.executable, str(REPOSITORY / "scripts/run.py")])
        path = f"{commands}:{os.environ['PATH']}"
        terminal = pexpect.spawn(
            "/bin/sh", ["-c", line.format(command)], cwd=shop.folder, env=environment({"PATH": path}), encoding="utf-8"
        )
        started.append(terminal)
        return terminal

    yield start
    for pid in living(shop.folder):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    for terminal in started:
        terminal.close(force=True)


def living(folder: Path) -> list[int]:
    """The processes that work in this folder: each service has a session of its own."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (process / "cwd").readlink() == folder:
                found.append(int(process.name))
    return found


def test_it_starts_every_service_and_ctrl_c_stops_all(shop: Shop, run: Run) -> None:
    named = [line.partition(":")[0] for line in (REPOSITORY / "Procfile").read_text().splitlines() if line]
    assert named == list(shop.topology["services"])
    terminal = run("{}")
    for name in named:
        wait_ready(shop, name)
    made = requests.post(url_of(shop, "products") + "/products", json={"name": "Tea", "price": 1}, timeout=10)
    assert made.status_code == 201
    assert (shop.folder / "var/products.db").exists()

    assert len(living(shop.folder)) > 2 * len(named)
    started = time.monotonic()
    terminal.sendintr()
    output = terminal.read()
    eventually(lambda: not living(shop.folder), 5)
    assert time.monotonic() - started < 10
    assert "Traceback" not in output
    assert "SIGKILL" not in output


def test_ctrl_c_stops_it_too_where_it_also_ends_what_reads_its_output(shop: Shop, run: Run) -> None:
    terminal = run("{} products 2>&1 | tee output.log")
    wait_ready(shop, "products")
    terminal.sendintr()
    eventually(lambda: not living(shop.folder), 10)
    assert "\x1b[" not in (shop.folder / "output.log").read_text()


def test_it_stops_when_its_terminal_is_closed(shop: Shop, run: Run) -> None:
    terminal = run("{} products")
    wait_ready(shop, "products")
    terminal.close(force=True)
    eventually(lambda: not living(shop.folder), 10)


def test_nothing_outlives_what_started_it(shop: Shop, run: Run) -> None:
    terminal = run("exec {} products")
    wait_ready(shop, "products")
    os.kill(terminal.pid, signal.SIGKILL)
    eventually(lambda: not living(shop.folder), 10)


def test_where_one_ends_all_end_and_it_is_told(shop: Shop, run: Run) -> None:
    terminal = run("exec {} products customers")
    for name in ("products", "customers"):
        wait_ready(shop, name)
    master = next(pid for pid in living(shop.folder) if b"serve\0customers" in command_of(pid))
    os.kill(master, signal.SIGTERM)
    output = terminal.read()
    assert "customers.1 stopped" in output
    assert "sending SIGTERM to products.1" in output
    eventually(lambda: not living(shop.folder), 5)


def url_of(shop: Shop, service: str) -> str:
    return f"http://127.0.0.1:{shop.topology['services'][service]['port']}"


def command_of(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def wait_ready(shop: Shop, service: str) -> None:
    def is_ready() -> bool:
        try:
            return requests.get(url_of(shop, service) + "/readyz", timeout=5).status_code == 200
        except requests.ConnectionError:
            return False

    eventually(is_ready, 40)
