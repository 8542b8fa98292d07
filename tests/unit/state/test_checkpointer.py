"""What was committed is moved out of the write-ahead log, in the background."""

import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from logs import DEADLINE
from stand_ins import until

from foldline.state.connections import Checkpointer, open_connection, prepare_writer
from foldline.transaction import transaction


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state.db"


@pytest.fixture
def writer(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_connection(path)) as connection:
        prepare_writer(connection)
        connection.execute("CREATE TABLE numbers (number INTEGER)")
        yield connection


class Counted(Checkpointer):
    """Tells of each round."""

    def __init__(self, path: Path) -> None:
        self.rounds = threading.Semaphore(0)
        super().__init__(path, every=0.01)

    def _move(self) -> bool:
        done = super()._move()
        self.rounds.release()
        return done


@pytest.fixture
def checkpointer(path: Path, writer: sqlite3.Connection) -> Iterator[Counted]:
    with closing(Counted(path)) as checkpointer:
        yield checkpointer


def commit(writer: sqlite3.Connection, number: int) -> None:
    with transaction(writer):
        writer.execute("INSERT INTO numbers VALUES (?)", (number,))


def moved(path: Path) -> list[int]:
    """What the database holds without its write-ahead log."""
    alone = path.with_name("alone.db")
    shutil.copy(path, alone)
    with closing(sqlite3.connect(f"{alone.as_uri()}?immutable=1", uri=True)) as connection:
        try:
            return [number for (number,) in connection.execute("SELECT number FROM numbers")]
        except sqlite3.DatabaseError:  # not even the table, or half of what is being moved
            return []


def test_each_commit_that_is_noted_is_moved(path: Path, writer: sqlite3.Connection, checkpointer: Checkpointer) -> None:
    for number in range(3):
        commit(writer, number)
        checkpointer.note_commit()
        until(lambda: moved(path)[-1:] == [number])  # noqa: B023 - asked at once


def test_what_a_read_holds_back_is_moved_once_it_ends(
    path: Path, writer: sqlite3.Connection, checkpointer: Counted
) -> None:
    with closing(open_connection(path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM numbers").fetchall()
        for number in range(2):
            commit(writer, number)
        checkpointer.note_commit()
        for _ in range(3):  # the first may have begun before the commit
            assert checkpointer.rounds.acquire(timeout=DEADLINE)
        assert moved(path) == []

        reader.execute("ROLLBACK")

        until(lambda: moved(path) == [0, 1])
