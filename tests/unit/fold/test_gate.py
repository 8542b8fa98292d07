from collections.abc import Iterable, Mapping
from pathlib import Path

from stand_ins import DEADLINE, TOPIC, Bench, application, replica, topic, until, value
from structlog.testing import capture_logs

from foldline.errors import LogError
from foldline.event import Position
from foldline.log.port import Bounds, Partition
from foldline.log.sqlite import SqliteLog


class SilentLog(SqliteLog):
    """A log that can be made not to say where it ends, while its records still come."""

    silent = False

    def bounds(self, partitions: Iterable[Partition], timeout: float = 5.0) -> Mapping[Partition, Bounds]:
        if self.silent:
            raise LogError("silent")
        return super().bounds(partitions, timeout)


def test_an_end_seen_too_long_ago_does_not_open_the_gate_again(tmp_path: Path) -> None:
    log = SilentLog(tmp_path / "log.db")
    outside = Bench(tmp_path, log)
    with capture_logs() as lines, replica(application(topic(lag=1)), log, tmp_path / "state.db") as running:
        outside.write("a", value())
        running.catch_up()
        log.silent = True
        until(lambda: not running.fold.gate.is_open)
        for number in range(3):
            position = Position(TOPIC, 0, outside.write("a", value(n=number)))
            assert running.fold.progress.wait_for([position], DEADLINE)
        assert not running.fold.gate.is_open
        log.silent = False
        running.catch_up()
    log.close()

    passed = [line for line in lines if line["event"] == "folded up to the end of the log"]
    assert len(passed) == 2
