"""A short run of faults on each log: every promise is kept. `make faults` runs long ones."""

import os
from pathlib import Path

import pytest
from brokers import BrokerUnavailable, fetch
from faults.check import main
from faults.history import read
from faults.plan import LogKind, lanes
from faults.rig import run_round, running, stop
from not_run import not_run

pytestmark = pytest.mark.timeout(300)  # what is broken may take a minute to be well again

SEED = int(os.environ.get("FAULTS_SEED", "1"))


def short_run(folder: Path, log: LogKind, faults: int) -> int:
    """Run, check, and give how many writes were acknowledged."""
    histories = [folder / "history-1.jsonl", folder / "history-2.jsonl"]
    with running(folder / "run", log) as registers:
        run_round(registers, lanes(SEED, log, faults), SEED, histories[0])
        registers.make_topic_anew()
        run_round(registers, lanes(SEED + 1, log, 2), SEED + 1, histories[1])
        stop(registers)
    assert main(list(map(str, histories))) == 0
    return sum(attempt.status in (200, 201) for path in histories for attempt in read(path).attempts)


def test_every_promise_is_kept_on_the_embedded_log(tmp_path: Path) -> None:
    assert short_run(tmp_path, "embedded", 8) > 100


def test_every_promise_is_kept_on_kafka(tmp_path: Path) -> None:
    try:
        fetch()
    except BrokerUnavailable as unavailable:
        not_run(unavailable)
    assert short_run(tmp_path, "kafka", 6) > 50
