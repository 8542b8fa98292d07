"""What the watch says of a log that does not answer, or denies."""

import time
from collections.abc import Iterator

import pytest
from services import eventually
from structlog.testing import capture_logs

from foldline.errors import LogDenied, LogError, NotReady
from foldline.fold.gate import clock
from foldline.fold.watch import Sighting, Watch


class FailingLog:
    """Answers every question with this error."""

    def __init__(self) -> None:
        self.error = LogError("no answer")
        self.asked = 0

    def bounds(self, *_: object, timeout: float) -> None:
        self.asked += 1
        raise self.error


@pytest.fixture
def log() -> FailingLog:
    return FailingLog()


@pytest.fixture
def watch(log: FailingLog) -> Iterator[Watch]:
    watch = Watch(log, every=0.001)  # type: ignore[arg-type]
    yield watch
    watch.close()


def looking(watch: Watch, log: FailingLog) -> None:
    """Return once it has looked a few times."""
    watch.start(Sighting(clock(), {}), {})
    eventually(lambda: log.asked > 3)


def test_a_silent_log_is_told_of_with_the_reason(watch: Watch, log: FailingLog) -> None:
    assert watch.why_silent(60) is None
    time.sleep(0.001)
    assert watch.why_silent(0) == "the log has not answered for 0 s"
    looking(watch, log)
    assert watch.why_silent(0) == "the log has not answered for 0 s: no answer"
    with pytest.raises(NotReady, match="nothing was written"):
        watch.check_contact(patience=0)


def test_a_denial_is_logged_once_until_it_is_another(watch: Watch, log: FailingLog) -> None:
    with capture_logs() as lines:
        log.error = LogDenied("grant this user Read")
        looking(watch, log)
        log.error = LogDenied("grant this user DescribeConfigs")
        eventually(lambda: len(lines) > 1)
        log.asked = 0
        eventually(lambda: log.asked > 3)
        watch.close()
    assert [line["error"] for line in lines] == ["grant this user Read", "grant this user DescribeConfigs"]
