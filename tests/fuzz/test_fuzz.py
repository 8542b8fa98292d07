"""Each fuzz target for a few seconds (`make faults` runs them longer), and what is said of an input that fails."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from fuzz import arrivals, frames, records
from not_run import not_run
from services import REPOSITORY, environment

SECONDS = 3


def fuzz(target: str, crashes: Path, *more: str) -> "subprocess.CompletedProcess[str]":
    if find_spec("atheris") is None:
        not_run(f"atheris, which fuzzes, is made for Linux; this is {sys.platform}")
    command = [sys.executable, "-m", "fuzz", target, *more, f"--seconds={SECONDS}", f"--crashes={crashes}"]
    folders = {"PYTHONPATH": f"{REPOSITORY / 'tests'}:{crashes}"}
    return subprocess.run(command, env=environment(folders), capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("target", ["fuzz.records", "fuzz.frames", "fuzz.arrivals"])
def test_no_bytes_are_found_that_are_misread(target: str, tmp_path: Path) -> None:
    done = fuzz(target, tmp_path)
    assert done.returncode == 0, done.stderr[-4000:]
    assert "Done " in done.stderr  # libFuzzer's last line says how many inputs it ran
    assert list(tmp_path.iterdir()) == []


def test_an_input_that_fails_is_written_and_can_be_run_again(tmp_path: Path) -> None:
    lines = ['SEEDS = [b"tea"]', "", "def judge(data: bytes) -> None:", "    assert data[:1] != b't' or len(data) < 3"]
    (tmp_path / "breaks.py").write_text("\n".join(lines))
    found = fuzz("breaks", tmp_path)
    assert found.returncode != 0
    assert "Run the input below again: PYTHONPATH=tests python -m fuzz breaks FILE" in found.stderr
    [crash] = tmp_path.glob("crash-*")
    assert "AssertionError" in fuzz("breaks", tmp_path, str(crash)).stderr


@pytest.mark.parametrize("seed", records.SEEDS)
def test_each_seed_is_a_record_that_is_judged(seed: bytes) -> None:
    records.judge(seed)


@pytest.mark.parametrize("seed", frames.SEEDS, ids=range(len(frames.SEEDS)))  # each time they are masked otherwise
def test_each_seed_is_a_talk_that_is_understood_or_ended(seed: bytes) -> None:
    frames.judge(seed)


@pytest.mark.parametrize("seed", arrivals.SEEDS)
def test_each_seed_is_a_request_or_refused(seed: bytes) -> None:
    arrivals.judge(seed)
