import contextlib
import queue
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from foldline.errors import LogError
from foldline.log.port import Bounds, Partition, TopicSpec
from foldline.log.sqlite import SqliteLog

PARTITION = Partition("topic", 0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.db"


@pytest.fixture
def log(path: Path) -> Iterator[SqliteLog]:
    log = SqliteLog(path)
    log.create([TopicSpec("topic", 1)])
    yield log
    log.close()


def run(path: Path, sql: str) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(sql)


def append(log: SqliteLog, value: bytes = b"value") -> "queue.Queue[LogError]":
    errors: queue.Queue[LogError] = queue.Queue()
    try:
        log.append("topic", b"key", value, (), errors.put)
    except LogError as error:
        errors.put(error)
    assert log.flush(10)
    return errors


def test_a_log_of_a_newer_version_is_refused(log: SqliteLog, path: Path) -> None:
    run(path, "PRAGMA user_version = 99")
    with pytest.raises(LogError, match=r"version 99 .* knows version 1"):
        SqliteLog(path)


def test_another_programs_database_is_refused_and_left_alone(path: Path) -> None:
    run(path, "CREATE TABLE theirs (a)")
    before = path.read_bytes()
    with pytest.raises(LogError, match="no Foldline log"):
        SqliteLog(path)
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused_and_left_alone(path: Path) -> None:
    path.write_text("not a database, but a text that is long enough to be looked at" * 100)
    before = path.read_bytes()
    with pytest.raises(LogError, match="no SQLite database"):
        SqliteLog(path)
    assert path.read_bytes() == before


def test_a_folder_that_cannot_be_made_is_an_error(path: Path) -> None:
    path.write_text("a file")
    with pytest.raises(LogError, match="Not a directory"):
        SqliteLog(path / "below" / "a-file.db")


def test_a_full_disk_fails_the_append_and_is_survived(log: SqliteLog) -> None:
    append(log)
    connection = log._writer._connection
    [[pages]] = connection.execute("PRAGMA page_count").fetchall()
    connection.execute(f"PRAGMA max_page_count = {pages}")

    errors = append(log, bytes(100_000))

    assert "disk is full" in str(errors.get_nowait())
    assert log.bounds([PARTITION]) == {PARTITION: Bounds(0, 1)}
    connection.execute("PRAGMA max_page_count = 1000000")
    assert append(log).empty()
    assert log.bounds([PARTITION]) == {PARTITION: Bounds(0, 2)}


def test_a_log_that_was_deleted_takes_no_more_appends(log: SqliteLog, path: Path) -> None:
    append(log)
    path.unlink()

    assert "deleted or replaced" in str(append(log).get_nowait())
    with pytest.raises(LogError, match="deleted or replaced"):
        log.describe(["topic"])


def test_a_log_that_was_replaced_takes_no_more_appends(log: SqliteLog, path: Path) -> None:
    append(log)
    path.rename(path.with_suffix(".old"))
    SqliteLog(path).close()

    assert "replaced" in str(append(log).get_nowait())


def test_times_never_go_backwards(log: SqliteLog, path: Path) -> None:
    append(log)
    run(path, "UPDATE partitions SET time = time + 3600000")
    append(log)
    append(log)

    first, second, third = log.read(PARTITION, 0, 10)
    assert first.time + 3_500_000 < second.time <= third.time


def test_a_callers_error_does_not_stop_the_writer(log: SqliteLog, path: Path) -> None:
    def fail(error: LogError) -> None:
        raise ValueError("of the caller")

    append(log)
    path.rename(path.with_suffix(".away"))
    log.append("topic", b"key", b"lost", (), fail)
    assert log.flush(10)
    path.with_suffix(".away").rename(path)

    assert append(log).empty()
    assert log.bounds([PARTITION]) == {PARTITION: Bounds(0, 2)}


def test_two_that_create_the_same_log_and_topic_at_once_agree(path: Path) -> None:
    start = threading.Barrier(8)
    identities = set()

    def create() -> None:
        start.wait()
        log = SqliteLog(path)
        log.create([TopicSpec("topic", 3)])
        identities.add(log.describe(["topic"])["topic"].identity)
        log.close()

    threads = [threading.Thread(target=create) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(identities) == 1


def test_the_write_ahead_log_stays_small_while_readers_read(log: SqliteLog, path: Path) -> None:
    reader = log.read_on({PARTITION: 0})
    for _ in range(1_200):
        append(log, bytes(10_000))
        reader.poll(0, 10)

    assert path.stat().st_size > 12 * 2**20
    assert path.with_name("log.db-wal").stat().st_size < 6 * 2**20
    reader.close()
