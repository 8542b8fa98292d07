"""The state's file: whose it is, and when it is made anew."""

import sqlite3
import threading
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from stand_ins import Bench, raised, topic, until, value

from foldline.errors import SettingsError, StateInUse, TooSlow
from foldline.state.state import State

TOPICS = {"things": topic()}


def test_another_that_wants_the_same_state_is_told_who_has_it(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with closing(State(path, TOPICS)):
        error = raised(lambda: State(path, TOPICS, lock_wait=0.05))
    assert isinstance(error, StateInUse)
    assert "process " in error.message
    assert "FOLDLINE_STATE" in error.message
    State(path, TOPICS, lock_wait=0.05).close()


def test_who_waits_for_a_state_gets_it_once_it_is_free(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    first = State(path, TOPICS)
    got = threading.Event()

    def wait() -> None:
        State(path, TOPICS, lock_wait=10).close()
        got.set()

    waiting = threading.Thread(target=wait)
    waiting.start()
    assert not got.wait(0.1)
    first.close()
    assert got.wait(10)
    waiting.join()


def test_a_state_that_cannot_be_used_is_a_setting_that_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder.db").mkdir()
    for path in (tmp_path / "file" / "state.db", tmp_path / "folder.db"):
        error = raised(lambda path=path: State(path, TOPICS))  # type: ignore[misc]
        assert isinstance(error, SettingsError)
        assert str(path) in error.message
    assert isinstance(raised(lambda: State(tmp_path / "folder.db", TOPICS, lock_wait=0)), SettingsError)  # lock is free


def garbage(path: Path) -> None:
    path.write_bytes(b"garbage" * 5000)


def another_database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP TABLE foldline_entities")
        connection.execute("CREATE VIEW odd AS SELECT 1")
        connection.execute("PRAGMA user_version = 0")


def a_newer_version(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA user_version = 99")


@pytest.mark.parametrize("harm", [garbage, another_database, a_newer_version])
def test_a_state_that_cannot_be_read_on_is_set_aside_and_rebuilt(bench: Bench, harm: object) -> None:
    assert callable(harm)
    with bench.running() as service:
        bench.write("a", value(n=1))
        service.catch_up()
    harm(bench.folder / "state.db")
    with bench.running() as service:
        assert service.get("a") == {"id": "a", "n": 1}
        assert service.fold.counters["records"] == 1
    [aside] = [path for path in bench.folder.glob("state.db.aside-*") if path.suffix not in {"-wal", "-shm"}]
    assert aside.stat().st_size > 1000


@pytest.mark.parametrize("suffixes", [("",), ("", "-wal", "-shm")])
def test_a_state_that_was_deleted_is_rebuilt(bench: Bench, suffixes: tuple[str, ...]) -> None:
    with bench.running() as service:
        bench.write("a", value(n=1))
        service.catch_up()
        if "-wal" not in suffixes:
            (bench.folder / "kept-wal").write_bytes((bench.folder / "state.db-wal").read_bytes())
    for suffix in suffixes:
        (bench.folder / f"state.db{suffix}").unlink(missing_ok=True)
    if "-wal" not in suffixes:
        (bench.folder / "kept-wal").rename(bench.folder / "state.db-wal")  # as kill -9 leaves it
    with bench.running() as service:
        assert service.get("a") == {"id": "a", "n": 1}
        assert service.fold.counters["records"] == 1


def test_a_state_opens_and_closes_again_without_leaving_a_write_ahead_log(tmp_path: Path) -> None:
    State(tmp_path / "state.db", TOPICS).close()
    assert {path.name for path in tmp_path.iterdir()} == {"state.db", "state.db.lock"}


def test_a_snapshot_does_not_move(bench: Bench) -> None:
    with bench.running() as service:
        bench.write("a", value(n=1))
        service.catch_up()
        with service.state.snapshot() as snapshot:
            before = snapshot.positions()
            bench.write("a", value(n=2))
            service.pass_end()
            entities = snapshot.entities("things")
            assert entities["a"]["n"] == 1
            assert "a" in entities
            assert "b" not in entities
            assert snapshot.positions() == before
            [row] = snapshot.connection.execute("SELECT payload ->> '$.n' FROM things").fetchall()
            assert row[0] == 1
        assert service.get("a")["n"] == 2


def test_a_read_that_takes_too_long_is_stopped_and_its_connection_is_good_again(bench: Bench) -> None:
    forever = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    with bench.running() as service:

        def run_for_ever() -> None:
            with service.state.snapshot(limit=0.05) as snapshot:
                snapshot.connection.execute(forever).fetchall()

        assert isinstance(raised(run_for_ever), TooSlow)
        assert service.rows("SELECT 1") == [(1,)]


def test_readers_that_run_while_the_state_is_closed_are_closed_as_they_come_back(tmp_path: Path) -> None:
    state = State(tmp_path / "state.db", TOPICS)
    with state.snapshot() as snapshot:
        snapshot.positions()
        state.close()
        connection = snapshot.connection
        assert snapshot.positions() == ()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("SELECT 1")


def test_a_failed_transaction_leaves_nothing(tmp_path: Path) -> None:
    def fail(state: State) -> None:
        with state.transaction() as connection:
            connection.execute("INSERT INTO foldline_repairs VALUES ('things', 'a', 0)")
            connection.execute("nonsense")

    with closing(State(tmp_path / "state.db", TOPICS)) as state:
        with pytest.raises(sqlite3.OperationalError):
            fail(state)
        assert state.writer.execute("SELECT * FROM foldline_repairs").fetchall() == []


def test_the_write_ahead_log_is_moved_into_the_database_while_the_service_runs(bench: Bench) -> None:
    with bench.running() as service:
        bench.write("a", value(text="x" * 100_000))
        service.catch_up()
        until(lambda: (bench.folder / "state.db").stat().st_size > 100_000)


def test_half_a_copy_of_a_state_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(State(tmp_path / "state.db", TOPICS)) as state:
        full = tmp_path / "no-such-folder" / "copy.db"
        monkeypatch.setattr(state, "_aside", lambda: full)
        with pytest.raises(sqlite3.OperationalError):
            state.start_over("a test")
        assert not full.exists()
        assert state.writer.execute("SELECT count(*) FROM foldline_entities").fetchone()[0] == 0


def test_the_write_ahead_log_is_begun_anew_even_while_reads_overlap_without_end(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("foldline.state.connections._LONG", 100)
    size, enough, written = 50_000, threading.Event(), 0

    with bench.running() as service, ExitStack() as last:

        def read_on() -> None:
            """Always begin a read before the last one ends."""
            while not enough.is_set():
                ends = last.pop_all()
                last.enter_context(service.state.snapshot()).positions()
                ends.close()

        def log_is_far_shorter_than_what_was_written() -> bool:
            nonlocal written
            bench.write("a", value(text="x" * size))
            service.pass_end()
            written += size
            return (bench.folder / "state.db-wal").stat().st_size < written / 2

        reading = threading.Thread(target=read_on)
        reading.start()
        try:
            until(log_is_far_shorter_than_what_was_written, seconds=60)
        finally:
            enough.set()
            reading.join()
