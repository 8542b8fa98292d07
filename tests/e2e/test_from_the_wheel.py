"""Applications other than the shop, far from this repository: the wheel in an environment with nothing else of ours."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest
from logs import refuse
from ports import free_port
from services import REPOSITORY, Service, environment

from foldline.log.open import open_log
from foldline.topology import read_topology

Serve = Callable[[Path, str], Service]

BANK = REPOSITORY / "examples" / "bank"

_INSTALL_SECONDS = 300
_RUN_SECONDS = 100


class Installed(NamedTuple):
    """The wheel, and an environment in which it is installed."""

    wheel: Path
    bin: Path

    def run(self, folder: Path, *command: str) -> str:
        """What an installed command says, which must succeed."""
        return run(folder, str(self.bin / command[0]), *command[1:])


def run(folder: Path, *command: str, seconds: float = _RUN_SECONDS) -> str:
    done = subprocess.run(
        command, cwd=folder, env=environment({}), capture_output=True, text=True, timeout=seconds, check=False
    )
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """A new environment: the wheel, what it needs pinned, and pytest. Not run where no index can be reached."""
    folder = tmp_path_factory.mktemp("installed")
    run(REPOSITORY, sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder))
    [wheel] = folder.glob("*.whl")
    uv = (sys.executable, "-m", "uv", "--quiet")
    run(folder, *uv, "venv", "--python", sys.executable, "env")
    pip = (*uv, "pip", "install", "--python", "env")
    requirements = REPOSITORY / "requirements"
    try:
        run(folder, *pip, "--require-hashes", "-r", f"{requirements}/service.txt", seconds=_INSTALL_SECONDS)
        run(folder, *pip, "pytest", "-c", f"{requirements}/dev.txt", seconds=_INSTALL_SECONDS)
    except (AssertionError, subprocess.TimeoutExpired) as why:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"not run: nothing can be installed: {why}")
    run(folder, *pip, "--no-deps", "--offline", str(wheel))
    run(folder, *uv, "pip", "check", "--python", "env")
    return Installed(wheel, folder / "env" / "bin")


@pytest.fixture
def serve(installed: Installed) -> Iterator[Serve]:
    """Starts services of the installed wheel, and ends them."""
    with ExitStack() as ending:

        def start(folder: Path, name: str) -> Service:
            port = free_port()
            settings = {"FOLDLINE_BIND": f"127.0.0.1:{port}", "FOLDLINE_STATE": f"var/{name}-{port}.db"}
            service = Service(name, (), folder, settings, port, python=str(installed.bin / "python"))
            ending.callback(service.kill)
            return service.wait_ready()

        yield start


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    """A copy of the bank, with accounts of its first version on its log."""
    folder = tmp_path / "bank"
    shutil.copytree(BANK, folder, ignore=shutil.ignore_patterns("__pycache__", "var", ".*"))
    topic = read_topology(folder / "topics.yaml").topics["accounts"].spec
    (folder / "var").mkdir()
    with closing(open_log(f"sqlite:{folder}/var/log.db", {}, "old")) as log:
        log.create([topic])
        for key, owner, cents in ((b"ada", b"Ada", b"12050"), (b"bob", b"Bob", b"0")):
            payload = b'{"owner": "%s", "cents": %s}' % (owner, cents)
            log.append(topic.name, key, b'{"eventType": "set", "payload": %s}' % payload, (), refuse)
        assert log.flush(10)
    return folder


def test_the_wheel_holds_the_runtime_and_no_application(installed: Installed, tmp_path: Path) -> None:
    names = zipfile.ZipFile(installed.wheel).namelist()
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"foldline"}
    assert "foldline/py.typed" in names
    find = "import importlib.util as u; print([n for n in ('functions', 'dashboard_web') if u.find_spec(n)])"
    assert installed.run(tmp_path, "python", "-c", find) == "[]\n"


# --- the bank ---


def test_the_bank_passes_its_own_tests(installed: Installed, bank: Path) -> None:
    assert re.search(r"^\d\d passed", installed.run(bank, "python", "-m", "pytest", "-q"), re.MULTILINE)


def test_the_bank_is_typed() -> None:
    run(BANK, sys.executable, "-m", "mypy", ".")


def test_an_old_account_is_read_and_written_in_its_new_form(bank: Path, serve: Serve) -> None:
    accounts = serve(bank, "accounts")
    ada = accounts.get("/accounts/ada")
    assert ada.json() == {"id": "ada", "customer": "Ada", "balance": 120.50, "sent": [], "received": []}
    accounts.post("/accounts/ada/deposit", {"amount": 0.25}, if_match=ada.headers["ETag"])
    first, second = accounts.get("/accounts/ada/history").json()["events"][::-1]
    assert '"cents"' in str(first).replace("'", '"')
    assert second["type"] == "accounts.deposit"
    assert "cents" not in str(second)


def test_more_than_there_is_cannot_be_withdrawn(bank: Path, serve: Serve) -> None:
    accounts = serve(bank, "accounts")
    refused = accounts.post("/accounts/ada/withdraw", {"amount": 120.51})
    assert refused.status_code == 422
    assert refused.json()["type"].endswith(":refused")
    assert [*refused.json()["errors"]] == ["amount"]
    assert accounts.post("/accounts/ada/withdraw", {"amount": 120.50}).json()["balance"] == 0


def test_a_transfer_is_asked_for_sent_and_received_by_three_services(bank: Path, serve: Serve) -> None:
    accounts, transfers, turnover = (serve(bank, name) for name in ("accounts", "transfers", "turnover"))
    asked = transfers.post("/transfers", {"fromAccount": "ada", "toAccount": "bob", "amount": 100})
    assert asked.status_code == 201, asked.text
    path, seen = asked.headers["Location"], {"log_position": asked.headers["Log-Position"], "prefer": "wait=5"}
    step = {"transferId": asked.json()["id"]}
    assert accounts.post("/accounts/bob/receive", step, **seen).status_code == 422
    for account, verb in (("ada", "send"), ("bob", "receive")):
        answers = [accounts.post(f"/accounts/{account}/{verb}", step, **seen) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [200, 200]
        done = {"log_position": answers[0].headers["Log-Position"], "prefer": "wait=5"}
        assert transfers.get(path, **done).json()["status"] == {"send": "sent", "receive": "received"}[verb]
    assert [accounts.get(f"/accounts/{owner}").json()["balance"] for owner in ("ada", "bob")] == [20.50, 100]
    day = datetime.fromisoformat(asked.json()["askedAt"]).astimezone(UTC).date()
    assert turnover.get(f"/turnover/{day}", **seen).json() == [{"customer": "Ada", "count": 1, "total": 100}]


def test_replicas_that_race_neither_lose_money_nor_make_it(bank: Path, serve: Serve) -> None:
    replicas = [serve(bank, "accounts") for _ in range(2)]
    transfers = serve(bank, "transfers")
    asked = transfers.post("/transfers", {"fromAccount": "ada", "toAccount": "bob", "amount": 100})
    seen = {"log_position": asked.headers["Log-Position"], "prefer": "wait=5"}
    step, some = {"transferId": asked.json()["id"]}, {"amount": 30}
    calls = [("ada/send", step), ("ada/withdraw", some), ("bob/receive", step)] * 4

    def call(number: int) -> tuple[str, int]:
        path, body = calls[number]
        return path, replicas[number % 2].post(f"/accounts/{path}", body, **seen).status_code

    with ThreadPoolExecutor(len(calls)) as pool:
        answers = Counter(pool.map(call, range(len(calls))))
    assert {status for _, status in answers} <= {200, 422}
    moved, withdrawn = 100 * bool(answers["ada/send", 200]), 30 * answers["ada/withdraw", 200]
    assert moved or withdrawn
    accounts, all_of_it = replicas[0], {"log_position": replicas[1].get("/accounts").headers["Log-Position"]}
    assert accounts.post("/accounts/bob/receive", step, **all_of_it).status_code == (200 if moved else 422)
    assert accounts.get("/accounts/ada").json()["balance"] == Decimal("120.5") - moved - withdrawn >= 0
    assert accounts.get("/accounts/bob").json()["balance"] == moved


# --- a new application ---


def test_three_commands_lead_from_nothing_to_an_answer(installed: Installed, tmp_path: Path, serve: Serve) -> None:
    told = installed.run(tmp_path, "foldline", "init", "demo", "--entity", "tasks")
    notes = serve(tmp_path / "demo", "tasks")
    asked = re.search(r"curl 127\.0\.0\.1:8000(\S+) -H '(.+): (.+)' -d '(.+)'", told)
    assert asked is not None, told
    path, header, kind, body = asked.groups()
    created = notes.post(path, body, **{header: kind})
    assert created.status_code == 201
    assert notes.get(created.headers["Location"]).json() == {"id": created.json()["id"], "title": "First"}


def test_a_new_application_passes_its_own_tests(installed: Installed, tmp_path: Path) -> None:
    installed.run(tmp_path, "foldline", "init", "demo")
    assert re.search(r"^6 passed", installed.run(tmp_path / "demo", "pytest", "-q"), re.MULTILINE)


def test_a_new_application_is_typed_and_neat(installed: Installed, tmp_path: Path) -> None:
    installed.run(tmp_path, "foldline", "init", "demo")
    demo = tmp_path / "demo"
    typed = ("--strict", "--explicit-package-bases", "--cache-dir", str(BANK / ".mypy_cache"))
    run(demo, sys.executable, "-m", "mypy", *typed, ".")
    run(demo, sys.executable, "-m", "ruff", "check", "--isolated", "--select", "B,D1,E,F,I,N,UP,SIM,RET", "functions")
    for length in ("88", "120"):
        run(demo, sys.executable, "-m", "ruff", "format", "--isolated", "--check", "--line-length", length)
