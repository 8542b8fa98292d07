"""What a command says when the log fails, or is not folded in time."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress

import pytest
from stand_ins import DEADLINE, Bench, raised, until, value

from foldline.errors import (
    FoldlineError,
    LogError,
    NotReady,
    UnknownOutcome,
)
from foldline.log.port import Failed, Headers
from foldline.log.sqlite import SqliteLog


class FailingLog(SqliteLog):
    """A log whose appends are refused, fail later, or are written and reported as failed."""

    mode = "good"

    def append(self, topic: str, key: bytes, value: bytes, headers: Headers, failed: Failed) -> None:
        match self.mode:
            case "refused":
                raise LogError("too large")
            case "failed":
                failed(LogError("timed out"))
            case "written and failed":
                super().append(topic, key, value, headers, failed)
                assert self.flush(DEADLINE)
                failed(LogError("timed out"))
            case "lost":
                pass
            case _:
                super().append(topic, key, value, headers, failed)


@pytest.fixture
def failing(bench: Bench) -> Iterator[Bench]:
    with closing(FailingLog(bench.path)) as log:
        yield Bench(bench.folder, log)


FAILURES: dict[str, type[FoldlineError]] = {"refused": LogError, "failed": UnknownOutcome, "lost": UnknownOutcome}


@pytest.mark.parametrize("mode", FAILURES)
def test_a_failed_append_is_told_and_its_entity_can_be_written_again(failing: Bench, mode: str) -> None:
    assert isinstance(failing.log, FailingLog)
    with failing.running(deadline=0.3) as service:
        failing.log.mode = mode
        error = raised(lambda: service.send("put", {"n": 1}, "a"))
        assert type(error) is FAILURES[mode]
        failing.log.mode = "good"
        assert service.headers() == []
        assert not service.fold.outcomes
        service.send("put", {"n": 2}, "a")
        assert service.get("a") == {"id": "a", "n": 2}


def test_a_write_that_was_reported_lost_and_was_not_is_there_once(failing: Bench) -> None:
    assert isinstance(failing.log, FailingLog)
    with failing.running() as service:
        failing.log.mode = "written and failed"
        with suppress(UnknownOutcome):  # unless the fold is faster than the bad news
            service.send("put", {"n": 1}, "a", key="k")
        failing.log.mode = "good"
        service.catch_up()
        assert service.send("put", {"n": 1}, "a", key="k").entity == b'{"id":"a","n":1}'
        assert len(service.headers()) == 1


def test_past_the_deadline_the_outcome_is_unknown_and_a_retry_with_the_key_finds_it(bench: Bench) -> None:
    with bench.running(deadline=0.2) as service:
        stalled, go_on = threading.Event(), threading.Event()

        def stall(_: object) -> None:
            stalled.set()
            go_on.wait(DEADLINE)

        service.fold.on_commit(stall)
        bench.write("z", value())
        assert stalled.wait(DEADLINE)
        assert isinstance(raised(lambda: service.send("put", {"n": 1}, "a", key="k")), UnknownOutcome)
        go_on.set()
        service.catch_up()
        assert service.send("put", {"n": 1}, "a", key="k").origin == 1
        assert len(service.headers()) == 2


def test_commands_that_wait_when_the_service_stops_end_as_unknown(failing: Bench) -> None:
    assert isinstance(failing.log, FailingLog)
    failing.log.mode = "lost"
    with failing.running(deadline=DEADLINE) as service, ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(lambda: raised(lambda: service.send("put", {"n": 1}, "a")))
        until(lambda: service.fold.outcomes)
        service.fold.stop(timeout=0.1)
        assert isinstance(waiting.result(DEADLINE), UnknownOutcome)


def test_a_command_that_waits_while_the_service_stops_is_folded_first(bench: Bench) -> None:
    with bench.running(deadline=DEADLINE) as service, ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(service.send, "put", {"n": n}, f"a{n}") for n in range(8)]
        until(lambda: service.fold.outcomes or all(future.done() for future in waiting))
        service.fold.stop()
        for future in waiting:
            error = future.exception(DEADLINE)
            assert error is None or isinstance(error, UnknownOutcome | NotReady)
