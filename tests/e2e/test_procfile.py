"""The whole shop by its Procfile, as a developer starts it."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import requests
from services import REPOSITORY, Shop, environment, eventually


@pytest.fixture
def honcho(shop: Shop) -> Iterator["subprocess.Popen[bytes]"]:
    """`honcho start` in the shop's folder, with nothing in the environment."""
    shutil.copy(REPOSITORY / "Procfile", shop.folder)
    commands = Path(sys.executable).parent
    with (shop.folder / "honcho.log").open("wb") as output:
        process = subprocess.Popen(
            [commands / "honcho", "start"],
            cwd=shop.folder,
            env=environment({"PATH": f"{commands}:{os.environ['PATH']}"}),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    yield process
    for pid in (process.pid, *members(process.pid)):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()


def members(session: int) -> list[int]:
    """The processes of a session: honcho gives each service a group of its own."""
    found = []
    for folder in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            state, _, _, sid = (folder / "stat").read_text().rpartition(")")[2].split()[:4]
            if int(sid) == session and state != "Z":
                found.append(int(folder.name))
    return found


def test_it_starts_every_service_and_ctrl_c_stops_all(shop: Shop, honcho: "subprocess.Popen[bytes]") -> None:
    named = [line.partition(":")[0] for line in (REPOSITORY / "Procfile").read_text().splitlines() if line]
    assert named == list(shop.topology["services"])
    urls = {name: f"http://127.0.0.1:{service['port']}" for name, service in shop.topology["services"].items()}
    for url in urls.values():
        eventually(lambda url=url: is_ready(url), 40)  # type: ignore[misc]
    made = requests.post(urls["products"] + "/products", json={"name": "Tea", "price": 1}, timeout=10)
    assert made.status_code == 201
    assert (shop.folder / "var/products.db").exists()

    assert len(members(honcho.pid)) > len(named)
    started = time.monotonic()
    honcho.send_signal(signal.SIGINT)
    honcho.wait(15)
    eventually(lambda: not members(honcho.pid), 5)
    assert time.monotonic() - started < 10
    output = (shop.folder / "honcho.log").read_text()
    assert "Traceback" not in output
    assert "SIGKILL" not in output


def is_ready(url: str) -> bool:
    try:
        return requests.get(url + "/readyz", timeout=5).status_code == 200
    except requests.ConnectionError:
        return False
