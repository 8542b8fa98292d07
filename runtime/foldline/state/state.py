"""A service's state: one SQLite database that the fold writes, and that can always be made anew from the log."""

import errno
import sqlite3
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TypeVar

import structlog

from foldline.data_folder import make_data_folder
from foldline.errors import NotReady, SettingsError, TooSlow
from foldline.functions.application import LoadedTopic
from foldline.state.connections import (
    READ_LIMIT,
    Checkpointer,
    Readers,
    open_connection,
    prepare_writer,
    run_script,
    split_script,
)
from foldline.state.entities import upcaster
from foldline.state.lock import StateLock
from foldline.state.recent import EntityKey, Recent
from foldline.state.schema import TABLES, VERSION, topic_view
from foldline.state.snapshot import Snapshot, SnapshotPassed
from foldline.transaction import transaction

T = TypeVar("T")

_log = structlog.get_logger(__name__)


class State:
    """The database, its lock, its connections. `writer` belongs to the fold's thread."""

    def __init__(self, path: Path, topics: Mapping[str, LoadedTopic], *, lock_wait: float = 10.0) -> None:
        """Open the state at `path`, making it where there is none. Raises StateInUse, SettingsError."""
        self.path = path
        self._topics = topics
        self._recent = Recent()
        self.damage: sqlite3.DatabaseError | None = None
        """What a read failed with that found the file damaged. The fold then starts over."""
        with ExitStack() as opened, _usable(path):
            make_data_folder(path.parent)
            self._lock = StateLock(path, lock_wait)
            opened.callback(self._lock.release)
            self.writer = self._open()
            opened.callback(self.writer.close)
            self._checkpointer = Checkpointer(path)
            opened.pop_all()
        self._readers = Readers(path, self._prepare)

    @contextmanager
    def snapshot(self, limit: float = READ_LIMIT) -> Iterator[Snapshot]:
        """Read as of this moment, for at most `limit` seconds; then TooSlow is raised."""
        snapshot = Snapshot(self._readers, self._topics, Recent(), limit)
        try:
            yield snapshot
        except sqlite3.DatabaseError as error:
            self._explain(error, limit)
            raise
        finally:
            snapshot.close()

    def read(self, look: Callable[[Snapshot], T]) -> T:
        """What `look` finds as of one moment, as `snapshot` does, but mostly without a transaction.

        It may be called a second time, where the state moves on between what is in memory and what is not.
        """
        snapshot = Snapshot(self._readers, self._topics, self._recent, READ_LIMIT)
        try:
            return look(snapshot)
        except SnapshotPassed:
            pass
        except sqlite3.DatabaseError as error:
            self._explain(error, READ_LIMIT)
            raise
        finally:
            snapshot.close()
        with self.snapshot() as afresh:
            return look(afresh)

    @contextmanager
    def transaction(self, entities: Collection[EntityKey] | None = None) -> Iterator[sqlite3.Connection]:
        """Write, all or nothing. Only for the fold's thread. `entities`: whose heads may change; None: any."""
        with self._recent.changing(entities), transaction(self.writer):
            yield self.writer
        self._checkpointer.note_commit()

    def start_over(self, reason: str) -> None:
        """Set a copy of the state aside and empty it; what reads meanwhile sees the old or the empty one whole."""
        aside = self._aside()
        self._copy_to(aside)
        _log.warning("state is rebuilt from the log", reason=reason, set_aside=str(aside))
        with closing(sqlite3.connect(":memory:")) as empty, self._recent.changing(None):
            _make_tables(empty)
            empty.backup(self.writer)  # page by page, so that it takes the place of a damaged one, too
        self.damage = None

    def checker(self) -> sqlite3.Connection:
        """A connection that sees what queries see, for compiling SQL. The caller closes it."""
        connection = open_connection(self.path)
        self._prepare(connection)
        return connection

    def shorten_write_ahead_log(self) -> None:
        """Move all of the write-ahead log into the database, where a replay makes it grow faster than usual."""
        self.writer.execute("PRAGMA wal_checkpoint(RESTART)").fetchall()

    def _explain(self, error: sqlite3.DatabaseError, limit: float) -> None:
        """A read failed: raise TooSlow where it was stopped, NotReady where the fold must rebuild the file."""
        if "interrupted" in str(error):
            raise TooSlow(f"the read took more than {limit:g} s and was stopped") from error
        if is_damage(error):
            self.damage = error
            raise NotReady("The state is damaged, and about to be rebuilt from the log; try again.") from error

    def _open(self) -> sqlite3.Connection:
        try:
            return self._open_as_it_is()
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            self._rename_aside(f"{self.path} is damaged: {error}")
            return self._open_as_it_is()

    def _open_as_it_is(self) -> sqlite3.Connection:
        self.writer = open_connection(self.path)
        try:
            prepare_writer(self.writer)
            self._use_tables()
        except BaseException:
            self.writer.close()
            raise
        return self.writer

    def _use_tables(self) -> None:
        version = self.writer.execute("PRAGMA user_version").fetchone()[0]
        empty = self.writer.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] == 0
        if empty:
            with transaction(self.writer):
                _make_tables(self.writer)
        elif version != VERSION:
            self.start_over(f"{self.path} has version {version} of the state's tables, this is version {VERSION}")

    def _copy_to(self, aside: Path) -> None:
        try:
            with closing(sqlite3.connect(aside)) as copy:
                self.writer.backup(copy)
        except sqlite3.Error as error:
            aside.unlink(missing_ok=True)  # half a copy would only fill the disk
            if not is_damage(error):
                raise

    def _rename_aside(self, reason: str) -> None:
        aside = self._aside()
        _log.warning("state is rebuilt from the log", reason=reason, set_aside=str(aside))
        self.path.replace(aside)
        for suffix in ("-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)

    def _aside(self) -> Path:
        return self.path.with_name(f"{self.path.name}.aside-{time.strftime('%Y%m%dT%H%M%S')}-{time.time_ns() % 10**6}")

    def _prepare(self, connection: sqlite3.Connection) -> None:
        connection.create_function("foldline_payload", 3, upcaster(self._topics), deterministic=True)
        for name, topic in self._topics.items():
            connection.execute(topic_view(name, upcasts=topic.upcast is not None))

    def close(self) -> None:
        """Let go of the file; the next process may open it at once."""
        self._checkpointer.close()
        self._readers.close()
        self.writer.close()
        self._lock.release()


def _make_tables(connection: sqlite3.Connection) -> None:
    run_script(connection, split_script(TABLES))
    connection.execute(f"PRAGMA user_version = {VERSION}")


def is_damage(error: Exception) -> bool:
    """Whether the file holds what SQLite did not write."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


@contextmanager
def _usable(path: Path) -> Iterator[None]:
    """Say what to do where the file cannot be used."""
    try:
        yield
    except (OSError, sqlite3.OperationalError) as error:
        advice = (
            "its disk is full, or fails: make room, or name another"
            if _is_of_the_disk(error)
            else "give this user the right to write the file and its folder, or name another"
        )
        raise SettingsError(f"FOLDLINE_STATE: the state {path} cannot be used: {error}; {advice}") from error


def _is_of_the_disk(error: OSError | sqlite3.OperationalError) -> bool:
    """Whether there is no room; SQLite says so of its index of the write-ahead log as of any failed write."""
    if isinstance(error, OSError):
        return error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EIO}
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}
