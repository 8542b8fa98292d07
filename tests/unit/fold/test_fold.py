"""The fold as a whole: when it answers, how it stands still, how it ends."""

import gc
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing

import pytest
from stand_ins import DEADLINE, HOUR, TOPIC, Bench, application, contents, projector, raised, tally, topic, until, value

from foldline.errors import LogError, NotReady, UnknownOutcome
from foldline.event import Position
from foldline.fold.fold import Fold
from foldline.fold.gate import Gate
from foldline.log.partitioner import partition_of
from foldline.log.port import Message, Partition, Reader
from foldline.log.sqlite import SqliteLog
from foldline.state.state import State


class HeldLog(SqliteLog):
    """A log whose readers hold records back until they are let go."""

    def __init__(self, path: object) -> None:
        super().__init__(str(path))
        self.let_go = threading.Event()
        self.let_go.set()
        self.polls = threading.Semaphore(0)

    def hold(self) -> None:
        """Hold back all that is not read yet."""
        self.let_go.clear()
        while self.polls.acquire(blocking=False):
            continue
        for _ in range(2):
            assert self.polls.acquire(timeout=DEADLINE)

    def read_on(self, starts: Mapping[Partition, int]) -> Reader:
        return HeldReader(super().read_on(starts), self)


class HeldReader:
    def __init__(self, reader: Reader, log: HeldLog) -> None:
        self._reader = reader
        self._log = log

    def poll(self, timeout: float, limit: int) -> Sequence[Message]:
        self._log.polls.release()
        if not self._log.let_go.wait(min(timeout, 0.01)):
            return []
        return self._reader.poll(timeout, limit)

    def wake(self) -> None:
        self._reader.wake()

    def positions(self) -> Mapping[Partition, int]:
        return self._reader.positions()

    def last(self) -> Mapping[Partition, Message]:
        return self._reader.last()

    def close(self) -> None:
        self._reader.close()


@pytest.fixture
def held(bench: Bench) -> Iterator[Bench]:
    with closing(HeldLog(bench.path)) as log:
        yield Bench(bench.folder, log)


def log_of(held: Bench) -> HeldLog:
    assert isinstance(held.log, HeldLog)
    return held.log


def test_nothing_is_answered_before_the_logs_end_was_passed(held: Bench) -> None:
    with held.running():
        held.write("a", value(n=1))
    held.write("a", value(n=2))
    log_of(held).let_go.clear()
    with held.running(ready=False) as service:
        for _ in range(3):
            assert log_of(held).polls.acquire(timeout=DEADLINE)
        for ask in (
            lambda: service.ask("one", "a"),
            lambda: service.send("add", id="a"),
            lambda: service.operations.history("things", "a"),
        ):
            assert isinstance(raised(ask), NotReady)
        assert service.operations.readiness() == ("the state is being folded from the log",)
        log_of(held).let_go.set()
        service.catch_up()
        assert service.ask("one", "a").value == {"id": "a", "n": 2}


def test_a_service_of_an_empty_log_is_ready_at_once(bench: Bench) -> None:
    with bench.running() as service:
        assert service.operations.readiness() == ()
        assert service.ask("browse").value == []
        assert service.ask("browse").position == ""


def test_away_from_the_end_for_half_the_lag_the_gate_closes_and_waiting_commands_end_as_unknown(held: Bench) -> None:
    with held.running(application(topic(lag=0.6)), deadline=DEADLINE) as service:
        service.send("put", {"n": 1}, "a")
        log_of(held).hold()
        error = raised(lambda: service.send("add", id="a"))
        assert isinstance(error, UnknownOutcome)
        assert isinstance(raised(lambda: service.ask("one", "a")), NotReady)
        assert "at the end of the log" in service.operations.readiness()[0]
        log_of(held).let_go.set()
        service.catch_up()
        assert service.ask("one", "a").value == {"id": "a", "n": 2}


def test_the_gate_keeps_time_by_its_clock() -> None:
    now = [100.0]
    gate = Gate(10, lambda: now[0])
    assert isinstance(raised(gate.check), NotReady)
    gate.passed_end(95)
    gate.passed_end(93)
    gate.check()
    assert gate.absence() == 5
    now[0] = 105.5
    assert gate.why_closed() == "the fold was last at the end of the log 10 s ago"
    assert isinstance(raised(gate.check), NotReady)
    gate.passed_end(105)
    assert gate.why_closed() is None
    gate.close("it is rebuilt")
    assert gate.why_closed() == "it is rebuilt"


class FailingReader(HeldReader):
    def poll(self, timeout: float, limit: int) -> Sequence[Message]:
        if self._log.let_go.is_set():
            return super().poll(timeout, limit)
        raise LogError("the log is away")


class FailingLog(HeldLog):
    def read_on(self, starts: Mapping[Partition, int]) -> Reader:
        return FailingReader(SqliteLog.read_on(self, starts), self)


def test_a_log_that_fails_makes_the_fold_stand_still_say_so_and_go_on(bench: Bench) -> None:
    with closing(FailingLog(bench.path)) as log, Bench(bench.folder, log).running() as service:
        log.let_go.clear()
        until(lambda: service.operations.readiness() == ("the log is away",))
        bench.write("a", value(n=1))
        log.let_go.set()
        service.catch_up()
        until(lambda: service.operations.readiness() == ())
        assert service.get("a") == {"id": "a", "n": 1}
        assert service.fold.counters["standstills"] >= 1


def test_a_full_disk_makes_the_fold_stand_still_and_nothing_is_lost(bench: Bench) -> None:
    running = application(projectors=[projector(tally)])
    with bench.running(running) as service:
        pages = service.rows("PRAGMA page_count")[0][0]

        def allow(most: int) -> None:
            service.fold.jobs.submit(lambda: service.state.writer.execute(f"PRAGMA max_page_count = {most}").fetchall())

        allow(pages + 20)
        for n in range(40):
            bench.write(f"{n}", value(text="x" * 10_000))
        until(lambda: any("full" in reason for reason in service.operations.readiness()))
        assert len(service.ask("browse").value) < 40
        before = service.log.bounds([Partition(TOPIC, 0)])
        assert "full" in raised(lambda: service.send("put", {}, "a")).message
        assert service.log.bounds([Partition(TOPIC, 0)]) == before
        allow(1_000_000)
        service.catch_up()
        until(lambda: service.operations.readiness() == ())
        assert service.operations.parked() == []
        assert service.rows("SELECT count(*), sum(shown) FROM tally") == [(40, 40)]
        with bench.running(running, "fresh.db") as fresh:
            assert contents(fresh, "tally") == contents(service, "tally")


def test_a_long_catch_up_comes_to_the_same_state_as_live_folding(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    running = application(topic(partitions=2), projectors=[projector(tally)])
    with bench.running(running) as service:
        with closing(sqlite3.connect(bench.path)) as connection, connection:
            _fill(connection, 3_000)
        service.catch_up()
        monkeypatch.setattr("foldline.fold.fold._FAR_BEHIND", 1_000)
        with bench.running(running, "fresh.db") as fresh:
            assert contents(fresh) == contents(service)
            there = "SELECT id, n FROM tally WHERE n IS NOT NULL ORDER BY id"
            assert fresh.rows(there) == service.rows(there)
            assert len(service.rows("SELECT * FROM foldline_changes")) == service.fold.counters["accepted"]
            since = dict(fresh.rows("SELECT partition, changes_from FROM foldline_positions"))
            kept = dict(fresh.rows("SELECT partition, min(offset) FROM foldline_changes GROUP BY partition"))
            assert all(offset > 0 for offset in since.values())
            assert all(offset >= since[partition] for partition, offset in kept.items())
        assert gc.isenabled()


def _fill(connection: sqlite3.Connection, count: int) -> None:
    """Records of all kinds, quickly."""
    ends = [0, 0]
    for n in range(count):
        key = f"{n * 7919 % 97}".encode()
        partition = partition_of(key, 2)
        text = {0: "nonsense", 1: None}.get(n % 23, value(n=n))
        headers = f'[["follows", "{max(ends[partition] - 150, -1)}"]]' if n % 5 else "[]"
        row = (1, partition, ends[partition], 10**12 + n, key, text and text.encode(), headers)
        connection.execute("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        ends[partition] += 1
    for partition, end in enumerate(ends):
        connection.execute(
            'UPDATE partitions SET "end" = ?, time = ? WHERE number = ?', (end, 10**12 + count, partition)
        )


def test_changes_are_kept_for_a_while_and_it_is_known_from_where(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foldline.fold.storing.KEPT_CHANGES", 5)
    monkeypatch.setattr("foldline.fold.committing._COMMITS_BETWEEN_SWEEPS", 2)
    with bench.running() as service:
        for n in range(20):
            bench.write("a", value(n=n))
            service.catch_up()
        offsets = [row[0] for row in service.rows("SELECT offset FROM foldline_changes ORDER BY number")]
        [(since,)] = service.rows("SELECT changes_from FROM foldline_positions")
        assert 5 <= len(offsets) <= 8
        assert offsets == list(range(since, 20))


def test_a_listener_is_told_after_the_commit_and_one_that_fails_stops_nobody(bench: Bench) -> None:
    told = []
    with bench.running() as service:

        def fail(_: object) -> None:
            raise RuntimeError("a page is away")

        def tell(changes: object) -> None:
            told.append((changes, service.get("a")))

        service.fold.on_commit(fail)
        service.fold.on_commit(tell)
        bench.write("a", value(n=1))
        until(lambda: told)
        assert told[0][1] == {"id": "a", "n": 1}
        bench.write("a", value(n=2))
        service.catch_up()


def test_who_waits_for_a_position_is_woken_when_it_is_passed(held: Bench) -> None:
    with held.running() as service:
        log_of(held).hold()
        offset = held.write("a", value(n=1))
        there = [Position(TOPIC, 0, offset)]
        assert isinstance(raised(lambda: service.reads.wait_for(there, 0.05)), NotReady)
        woken = threading.Event()

        def wait() -> None:
            service.reads.wait_for(there, DEADLINE)
            woken.set()

        waiting = threading.Thread(target=wait)
        waiting.start()
        assert not woken.wait(0.05)
        log_of(held).let_go.set()
        assert woken.wait(DEADLINE)
        waiting.join()
        assert service.get("a") == {"id": "a", "n": 1}
        service.reads.wait_for([Position("t.others", 0, 99), Position(TOPIC, 9, 99)], 0)


def test_a_fold_that_was_never_started_can_be_stopped(bench: Bench) -> None:
    running = application(projectors=[projector(tally)])
    with closing(State(bench.folder / "state.db", running.topics)) as state:
        Fold(bench.log, state, running, key_window=HOUR).stop()


def test_work_for_a_fold_that_does_not_run_is_not_waited_for_for_ever(bench: Bench) -> None:
    with bench.running() as service:
        service.fold.stop()
        assert isinstance(raised(lambda: service.fold.jobs.submit(lambda: None, timeout=0.01)), NotReady)


def test_a_job_that_fails_changes_nothing_and_tells_why(bench: Bench) -> None:
    with bench.running() as service:
        bench.write("a", value())
        bench.write("a", "nonsense")
        service.catch_up()

        def fail() -> None:
            service.state.writer.execute("DELETE FROM foldline_repairs")
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            service.fold.jobs.submit(fail)
        assert service.rows("SELECT id FROM foldline_repairs") == [("a",)]
        assert len(service.fold.repairs) == 1


def test_a_state_that_is_damaged_is_set_aside_and_rebuilt(bench: Bench) -> None:
    running = application(projectors=[projector(tally)])
    with bench.running(running) as service:
        for n in range(300):
            bench.write(f"{n}", value(text="x" * 1000))
        service.catch_up()
    path = bench.folder / "state.db"
    size = path.stat().st_size
    assert size > 300_000
    with path.open("r+b") as file:
        file.seek(size // 3)
        file.write(b"\xa5" * (size // 3))
    bench.write("0", value(text="y"))
    with bench.running(running) as service:
        with pytest.raises(NotReady, match="damaged"):  # a read comes upon it
            service.rows("SELECT count(value) FROM foldline_entities")
        until(lambda: service.fold.counters["records"] > 300)
        service.catch_up()
        assert service.get("0") == {"id": "0", "text": "y"}
        assert service.rows("SELECT count(*), sum(shown) FROM tally") == [(300, 300)]
        assert service.rows("PRAGMA integrity_check") == [("ok",)]
        assert service.rows("PRAGMA journal_mode") == [("wal",)]
        assert service.operations.readiness() == ()


class DeafLog(SqliteLog):
    """Its first reader hears nothing: its connection is dead, and nothing tells."""

    readers = 0

    def read_on(self, starts: Mapping[Partition, int]) -> Reader:
        self.readers += 1
        reader = super().read_on(starts)
        return DeafReader(reader) if self.readers == 1 else reader


class DeafReader:
    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.positions, self.last, self.close, self.wake = reader.positions, reader.last, reader.close, reader.wake

    def poll(self, timeout: float, limit: int) -> Sequence[Message]:
        return []


def test_records_that_are_there_and_do_not_come_are_asked_for_anew(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("foldline.fold.fold._STARVED", 0.2)
    with closing(DeafLog(bench.path)) as log, Bench(bench.folder, log).running() as service:
        until(lambda: service.operations.readiness() == ())
        bench.write("a", value(n=1))
        service.catch_up()
        assert service.get("a") == {"id": "a", "n": 1}
    assert log.readers == 2


class SlowLog(SqliteLog):
    """Its readers give one record at a time, each after three seconds by its own clock."""

    def __init__(self, path: object) -> None:
        super().__init__(str(path))
        self.readers = 0
        self.now = 0.0

    def read_on(self, starts: Mapping[Partition, int]) -> Reader:
        self.readers += 1
        return SlowReader(self, super().read_on(starts), starts)


class SlowReader:
    def __init__(self, log: SlowLog, reader: Reader, starts: Mapping[Partition, int]) -> None:
        self._log, self._reader = log, reader
        self._waiting: list[Message] = []
        self._positions = dict(starts)
        self.last, self.close, self.wake = reader.last, reader.close, reader.wake

    def poll(self, timeout: float, limit: int) -> Sequence[Message]:
        self._waiting += self._reader.poll(0.0 if self._waiting else timeout, limit)
        self._log.now += 3
        given, self._waiting = self._waiting[:1], self._waiting[1:]
        for message in given:
            self._positions[Partition(message.topic(), message.partition())] = message.offset() + 1
        return given

    def positions(self) -> Mapping[Partition, int]:
        return dict(self._positions)


def test_a_restart_waits_for_each_partitions_last_record_however_slowly_they_come(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = application(topic(partitions=4))
    with bench.running(running) as service:
        for n in range(40):
            bench.write(f"{n}", value(n=n))
        service.catch_up()
    with closing(SlowLog(bench.path)) as log:
        monkeypatch.setattr("foldline.fold.fold.clock", lambda: log.now)
        with Bench(bench.folder, log).running(running) as service:
            assert service.get("7") == {"id": "7", "n": 7}
            assert service.fold.counters["records"] == 0
        assert log.readers == 1
