"""SQLite connections as the state needs them: one that writes, and many that read."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

Prepare = Callable[[sqlite3.Connection], None]
"""Done to each new reading connection: its views and functions."""

READ_LIMIT = 2.0
"""Seconds after which a read is interrupted, so that none holds the write-ahead log for long."""

_STEPS_BETWEEN_LOOKS = 20_000
"""SQLite's virtual machine steps between two looks at the clock: well under a millisecond."""


_LONG = 4_000
"""Pages (16 MB) in a write-ahead log from which on it is begun anew."""

_MOMENT = 50
"""Milliseconds that commits wait for reads to end, where a write-ahead log is begun anew; else it is tried again."""


def prepare_writer(connection: sqlite3.Connection) -> None:
    """Make it the fold's. The log is the truth, so a commit need not wait for the disk (synchronous=NORMAL)."""
    connection.execute("PRAGMA synchronous = OFF")  # to make a new file one of this mode takes the disk's time, else
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA wal_autocheckpoint = 0")  # the checkpointer's work, off the commit's path
    connection.execute("PRAGMA cache_size = -65536")
    connection.execute("PRAGMA temp_store = MEMORY")


def open_connection(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=256, timeout=10)
    connection.row_factory = sqlite3.Row
    return connection


class Readers:
    """A pool of reading connections; each serves one thread at a time, with one short transaction."""

    def __init__(self, path: Path, prepare: Prepare) -> None:
        self._path = path
        self._prepare = prepare
        self._idle: list[Reader] = []
        self._closed = False
        self._lock = threading.Lock()

    def begin(self, limit: float = READ_LIMIT) -> "Reader":
        """A transaction, on one snapshot from its first read on; interrupted after `limit` seconds."""
        reader = self._take()
        try:
            reader.begin(limit)
        except sqlite3.Error:
            reader.close()
            raise
        return reader

    def end(self, reader: "Reader") -> None:
        """It is not read any more."""
        reader.end()
        self._give_back(reader)

    def _take(self) -> "Reader":
        try:
            return self._idle.pop()  # the one used last: its cache is warm
        except IndexError:
            return Reader(self._path, self._prepare)

    def _give_back(self, reader: "Reader") -> None:
        with self._lock:
            keep = not self._closed
            if keep:
                self._idle.append(reader)
        if not keep:
            reader.close()

    def close(self) -> None:
        """Close what is idle now, and the others as they come back."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for reader in idle:
            reader.close()


class Reader:
    """One reading connection."""

    def __init__(self, path: Path, prepare: Prepare) -> None:
        self._deadline = float("inf")
        self.connection = open_connection(path)
        prepare(self.connection)
        self.connection.execute("PRAGMA query_only = ON")
        self.connection.set_progress_handler(self._overdue, _STEPS_BETWEEN_LOOKS)

    def _overdue(self) -> bool:
        return time.monotonic() > self._deadline

    def begin(self, limit: float) -> None:
        """Begin a transaction that may take `limit` seconds."""
        self._deadline = time.monotonic() + limit
        self.connection.execute("BEGIN")

    def end(self) -> None:
        """End it."""
        self._deadline = float("inf")
        self.connection.execute("ROLLBACK")

    def close(self) -> None:
        """Let go of the file."""
        self.connection.close()


class Checkpointer:
    """Moves what was committed from the write-ahead log into the database, in a thread of its own.

    While reads overlap without end, SQLite never begins the log anew by itself: it would grow until the disk is full.
    A long one is therefore begun anew here; commits wait meanwhile, for a moment at most. While nothing is committed,
    the thread sleeps.
    """

    def __init__(self, path: Path, every: float = 1.0) -> None:
        self._connection = open_connection(path)
        self._connection.execute(f"PRAGMA busy_timeout = {_MOMENT}")
        self._every = every
        self._written = threading.Event()
        self._written.set()  # what the last process left
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="foldline-checkpoint", daemon=True)
        self._thread.start()

    def note_commit(self) -> None:
        """There is something to move."""
        if not self._written.is_set():
            self._written.set()

    def _run(self) -> None:
        while self._written.wait() and not self._stop.wait(self._every):
            self._written.clear()
            if not self._move():
                self._written.set()

    def _move(self) -> bool:
        """Whether nothing is left to be done before the next commit."""
        try:
            _, frames, moved = self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            held = moved < frames
            if frames > _LONG:
                held, *_ = self._connection.execute("PRAGMA wal_checkpoint(RESTART)").fetchone()
        except sqlite3.Error:  # a full disk: the fold says so
            return False
        return not held

    def close(self) -> None:
        """Stop the thread."""
        self._stop.set()
        self._written.set()
        self._thread.join()
        self._connection.close()


def run_script(connection: sqlite3.Connection, statements: Iterable[str]) -> None:
    """Execute statements one by one, within the transaction that is open (`executescript` would commit it)."""
    for statement in statements:
        connection.execute(statement)


def split_script(script: str) -> list[str]:
    """The statements of an SQL script."""
    statements, text = [], ""
    for part in script.split(";"):
        text += part + ";"
        if sqlite3.complete_statement(text):
            statements.append(text)
            text = ""
    return [statement for statement in statements if statement.strip(" \n\t;")]
