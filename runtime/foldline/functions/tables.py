"""The SQL file that creates a projector's tables."""

import sqlite3
from contextlib import closing

from foldline.errors import DeclarationError
from foldline.topology.names import OWN_TABLES

_CATALOGUE = "sqlite_master"
_CREATING = frozenset({sqlite3.SQLITE_CREATE_TABLE, sqlite3.SQLITE_CREATE_INDEX, sqlite3.SQLITE_REINDEX})
_READING = frozenset({sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION})
_RECORDING = frozenset({sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE})


def created_by(sql: str) -> list[str]:
    """The names of the tables and indexes that the SQL creates; raises DeclarationError unless it does only that."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.set_authorizer(_only_creates)
        try:
            connection.executescript(sql)
        except sqlite3.Error as error:
            denied = "authorized" in str(error) or "prohibited" in str(error)
            only = "only CREATE TABLE and CREATE INDEX may stand there: " if denied else ""
            raise DeclarationError(f"{only}{error}") from error
        connection.set_authorizer(None)
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE sql IS NOT NULL")]
    if "sqlite_sequence" in names:
        raise DeclarationError("AUTOINCREMENT is not for projectors; INTEGER PRIMARY KEY does")
    problems = [f"{name}: a name may not begin with {' or '.join(OWN_TABLES)}" for name in names if _is_own(name)]
    if not names:
        problems.append("it creates no table")
    if problems:
        raise DeclarationError(*problems)
    return names


def _is_own(name: str) -> bool:
    return name.lower().startswith(OWN_TABLES)


def _only_creates(action: int, first: str | None, second: str | None, _: str | None, __: str | None) -> int:
    may = action in _CREATING or action in _READING or (action in _RECORDING and first == _CATALOGUE)
    return sqlite3.SQLITE_OK if may and second != "load_extension" else sqlite3.SQLITE_DENY
