"""Readers of the embedded log sleep until something is committed."""

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from foldline.log.sqlite.wakeup import WakeUp, wake_all

LONG = 30.0


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log.db"


@pytest.fixture
def folder(log: Path) -> Path:
    return log.with_name("log.db-readers")


@pytest.fixture
def sleeper(log: Path) -> Iterator[WakeUp]:
    sleeper = WakeUp(log)
    yield sleeper
    sleeper.close()


def seconds_asleep(sleeper: WakeUp, timeout: float) -> float:
    begun = time.monotonic()
    sleeper.wait(timeout)
    return time.monotonic() - begun


def test_all_that_sleep_are_woken(log: Path) -> None:
    sleepers = [WakeUp(log) for _ in range(3)]
    threads = [threading.Thread(target=sleeper.wait, args=(LONG,)) for sleeper in sleepers]
    for thread in threads:
        thread.start()
    wake_all(log)
    for thread in threads:
        thread.join(LONG / 2)
        assert not thread.is_alive()
    for sleeper in sleepers:
        sleeper.close()


def test_what_was_committed_just_before_a_sleep_ends_it_at_once(log: Path, sleeper: WakeUp) -> None:
    sleeper.clear()
    wake_all(log)
    assert seconds_asleep(sleeper, LONG) < LONG / 2


def test_what_was_looked_at_wakes_nobody(log: Path, sleeper: WakeUp) -> None:
    wake_all(log)
    sleeper.clear()
    assert seconds_asleep(sleeper, 0.05) >= 0.05


def test_more_news_than_a_pipe_holds_blocks_nobody(log: Path, sleeper: WakeUp) -> None:
    for _ in range(70_000):
        wake_all(log)
    assert seconds_asleep(sleeper, LONG) < LONG / 2
    sleeper.clear()
    assert seconds_asleep(sleeper, 0.05) >= 0.05


def test_one_that_stops_takes_its_pipe_away_and_the_last_one_the_folder(log: Path, folder: Path) -> None:
    first, last = WakeUp(log), WakeUp(log)
    first.close()
    assert len(list(folder.iterdir())) == 1
    last.close()
    assert not folder.exists()


def test_many_can_come_and_go_at_once(log: Path, folder: Path) -> None:
    def come_and_go() -> None:
        for _ in range(100):
            sleeper = WakeUp(log)
            wake_all(log)
            woken.append(sleeper.wait(LONG))
            sleeper.close()

    woken: list[bool] = []
    threads = [threading.Thread(target=come_and_go) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert woken == [True] * 800
    assert not folder.exists()


def test_a_pipe_that_nobody_reads_any_more_is_taken_away(log: Path, folder: Path, sleeper: WakeUp) -> None:
    os.mkfifo(folder / "killed")
    wake_all(log)
    assert len(list(folder.iterdir())) == 1
    assert seconds_asleep(sleeper, LONG) < LONG / 2


def test_a_pipe_that_cannot_be_taken_away_keeps_nobody_asleep(
    log: Path, folder: Path, sleeper: WakeUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError("Operation not permitted")

    for number in range(8):  # whichever comes first in the folder
        os.mkfifo(folder / f"{number}-of-another-user")
    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", refuse)
        wake_all(log)
    assert seconds_asleep(sleeper, LONG) < LONG / 2
    wake_all(log)


def test_where_nobody_ever_slept_there_is_nobody_to_wake(log: Path) -> None:
    wake_all(log)


def test_where_there_can_be_no_pipes_one_looks_again_soon(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError("Operation not permitted")

    monkeypatch.setattr(os, "mkfifo", refuse)
    sleeper = WakeUp(log)
    sleeper.clear()
    assert seconds_asleep(sleeper, LONG) < LONG / 2
    sleeper.close()


def test_who_sleeps_can_be_woken_alone_and_by_any_thread(sleeper: WakeUp) -> None:
    sleeper.clear()
    thread = threading.Thread(target=sleeper.wait, args=(LONG,))
    thread.start()
    sleeper.wake()
    thread.join(LONG / 2)
    assert not thread.is_alive()


def test_to_wake_one_that_was_closed_does_nothing(sleeper: WakeUp) -> None:
    sleeper.close()
    sleeper.wake()
