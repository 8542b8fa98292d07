"""A process that is killed while it folds leaves a state that the next one goes on with, as if nothing had been."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from stand_ins import Bench, Replica, application, contents, projector, tally, topic, until, value

RECORDS = 2_000
TESTS = Path(__file__).parents[1]
CHILD = """
import sys, threading
from contextlib import closing
from pathlib import Path
from stand_ins import Bench
from test_fold_kills import RUNNING
import foldline.fold.fold
from foldline.log.sqlite import SqliteLog

foldline.fold.fold._FAR_BEHIND = int(sys.argv[2])
foldline.fold.fold._AT_ONCE = 10  # so that there is time to kill it between two of many commits
foldline.fold.fold._AT_ONCE_IN_BULK = 10
foldline.fold.committing._TOGETHER = 30
with closing(SqliteLog(Path(sys.argv[1]) / "log.db")) as log:
    with Bench(Path(sys.argv[1]), log).running(RUNNING, ready=False):
        threading.Event().wait()
"""
RUNNING = application(topic(partitions=2), projectors=[projector(tally)])


def folded(state: Path) -> int:
    """How many offsets the state has passed."""
    with closing(sqlite3.connect(state)) as connection:
        return int(connection.execute("SELECT total(next) FROM foldline_positions").fetchone()[0])


def fold_and_kill(bench: Bench, enough: int, far_behind: int) -> int:
    """Let another process fold, kill it once it has passed so many offsets, and give how many it had."""
    state = bench.folder / "state.db"
    path = os.pathsep.join(map(str, (TESTS, Path(__file__).parent)))
    environ = {**os.environ, "PYTHONPATH": path}
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(bench.folder), str(far_behind)], env=environ, stdout=subprocess.DEVNULL
    ) as child:
        try:
            until(lambda: folded(state) >= enough or child.poll() is not None)
        finally:
            child.send_signal(signal.SIGKILL)
    assert child.returncode == -signal.SIGKILL
    return folded(state)


def shown(service: Replica) -> list[tuple[object, ...]]:
    return service.rows("SELECT id, shown, n FROM tally ORDER BY id")


@pytest.mark.parametrize("far_behind", [10**9, 200])
def test_a_fold_that_is_killed_again_and_again_folds_everything_once(bench: Bench, far_behind: int) -> None:
    with bench.running(RUNNING):
        pass  # the projector is filled with nothing, so that it is shown every single record
    for n in range(RECORDS):
        bench.write(f"{n % 50}", "nonsense" if n % 13 == 0 else value(n=n))
    enough, seen = 50, []
    while enough < RECORDS:
        seen.append(fold_and_kill(bench, enough, far_behind))
        enough = seen[-1] + RECORDS // 6
    assert len(seen) > 1
    assert seen[0] < seen[-1]
    with bench.running(RUNNING) as service:
        assert service.fold.counters["records"] == RECORDS - seen[-1]
        assert sum(row[1] for row in service.rows("SELECT id, shown FROM tally")) == sum(
            1 for n in range(RECORDS) if n % 13
        )
        with bench.running(RUNNING, "fresh.db") as fresh:
            assert contents(fresh) == contents(service)
            assert [(row[0], row[2]) for row in shown(fresh)] == [(row[0], row[2]) for row in shown(service)]
