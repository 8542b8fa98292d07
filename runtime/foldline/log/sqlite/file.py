"""The embedded log's file: its tables, its connections, and what its errors mean."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from foldline.data_folder import make_data_folder
from foldline.errors import LogError
from foldline.transaction import transaction

_APPLICATION = int.from_bytes(b"FLog", "big")
_VERSION = 1
_BUSY_SECONDS = 10.0
_WAL_BYTES = 4 * 2**20
"""What the write-ahead log is cut back to, once it is copied, after many appends at once."""

_TABLES = (
    """
    CREATE TABLE topics (
        number INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        identity TEXT NOT NULL,       -- random: another log's topic of the same name has another
        replication INTEGER NOT NULL, -- as declared; one file holds one copy
        config TEXT NOT NULL          -- JSON, by Kafka's names
    )
    """,
    """
    CREATE TABLE partitions (
        topic INTEGER NOT NULL REFERENCES topics,
        number INTEGER NOT NULL,
        "end" INTEGER NOT NULL,       -- offset of the next record
        time INTEGER NOT NULL,        -- of the last record
        PRIMARY KEY (topic, number)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE records (
        topic INTEGER NOT NULL,
        partition INTEGER NOT NULL,
        "offset" INTEGER NOT NULL,
        time INTEGER NOT NULL,        -- milliseconds since 1970, UTC
        "key" BLOB,
        value BLOB,
        headers TEXT NOT NULL,        -- JSON: [[name, value], ...]; a character of a value is one byte (Latin-1)
        PRIMARY KEY (topic, partition, "offset")
    ) WITHOUT ROWID
    """,
)

_MEANINGS = {
    sqlite3.SQLITE_FULL: "its disk is full: nothing was written; free some space and try again",
    sqlite3.SQLITE_BUSY: f"another process kept it locked for {_BUSY_SECONDS:g} s: nothing was written; try again",
    sqlite3.SQLITE_READONLY: "it cannot be written: give this user the right to write the file and its folder",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened: does the folder exist, and may this user write in it?",
    sqlite3.SQLITE_NOTADB: "it is no SQLite database: name another file in FOLDLINE_LOG",
    sqlite3.SQLITE_CORRUPT: "it is damaged: restore it from a copy, or move it away to begin anew",
}


class LogFile:
    """A log's file, made with its folders if it is not there yet."""

    def __init__(self, path: str | Path) -> None:
        """Raise LogError where the file cannot be used: not writable, no log, or of a newer version."""
        self.path = Path(path).absolute()
        with self.errors():
            make_data_folder(self.path.parent)
            with closing(self._connect("rwc")) as connection:
                self._prepare(connection)
            self._identity = self._identify()

    def connect(self) -> sqlite3.Connection:
        """A connection that commits each statement by itself; any thread may use it, one at a time."""
        with self.errors():
            return self._connect("rw")

    def check_in_place(self) -> None:
        """Raise LogError if the file was deleted or replaced: what is written to it now would be lost."""
        if not self.path.exists() or self._identify() != self._identity:
            raise LogError(
                f"{self.path}: the log was deleted or replaced while in use: restart to use what is there now"
            )

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Turn what SQLite and the file system raise into LogError that says what to do."""
        try:
            yield
        except sqlite3.Error as error:
            meaning = _MEANINGS.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, str(error))
            raise LogError(f"{self.path}: {meaning}") from error
        except OSError as error:
            raise LogError(f"{self.path}: {error.strerror}") from error

    def _identify(self) -> tuple[int, int]:
        found = self.path.stat()
        return found.st_dev, found.st_ino

    def _connect(self, mode: str) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{self.path.as_uri()}?mode={mode}",
            uri=True,
            timeout=_BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        connection.execute("PRAGMA synchronous = FULL")  # an append is on disk before anybody can see it
        connection.execute(f"PRAGMA journal_size_limit = {_WAL_BYTES}")
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        self._check_kind(connection)
        _use_wal(connection)
        with transaction(connection):
            if _pragma(connection, "user_version") == 0:
                for table in _TABLES:
                    connection.execute(table)
                connection.execute(f"PRAGMA application_id = {_APPLICATION}")
                connection.execute(f"PRAGMA user_version = {_VERSION}")

    def _check_kind(self, connection: sqlite3.Connection) -> None:
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if tables and _pragma(connection, "application_id") != _APPLICATION:
            raise LogError(f"{self.path}: it is a SQLite database, but no Foldline log: name another in FOLDLINE_LOG")
        version = _pragma(connection, "user_version")
        if tables and version != _VERSION:
            raise LogError(
                f"{self.path}: it has version {version} of the log's tables, and this Foldline knows version "
                f"{_VERSION}: use the Foldline that wrote it, or another file"
            )


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    value: int = connection.execute(f"PRAGMA {name}").fetchone()[0]
    return value


def _use_wal(connection: sqlite3.Connection) -> None:
    """Readers and the writer do not wait for each other. Two that switch at once are told to try again."""
    deadline = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return
