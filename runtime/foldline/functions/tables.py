"""The SQL file that creates a projector's tables."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from foldline.errors import DeclarationError
from foldline.topology.names import OWN_TABLES

_CATALOGUE = "sqlite_master"
_CREATING = frozenset({sqlite3.SQLITE_CREATE_TABLE, sqlite3.SQLITE_CREATE_INDEX, sqlite3.SQLITE_REINDEX})
_READING = frozenset({sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION})
_RECORDING = frozenset({sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE})


class Created(NamedTuple):
    """The names of what SQL creates."""

    tables: tuple[str, ...]
    indexes: tuple[str, ...]


def read_sql(path: Path) -> str:
    """The text of a projector's SQL file; raises DeclarationError."""
    try:
        return path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise DeclarationError(f"its tables: {path.name} cannot be read beside the module: {error}") from error


def created_by(sql: str) -> Created:
    """What the SQL creates; raises DeclarationError unless it creates tables and indexes, and does nothing else."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.set_authorizer(_only_creates)
        try:
            connection.executescript(sql)
        except sqlite3.Error as error:
            denied = "authorized" in str(error) or "prohibited" in str(error)
            only = "only CREATE TABLE and CREATE INDEX may stand there: " if denied else ""
            raise DeclarationError(f"its tables: {only}{error}") from error
        connection.set_authorizer(None)
        rows = connection.execute("SELECT type, name FROM sqlite_schema WHERE sql IS NOT NULL").fetchall()
    created = Created(*(tuple(name for kind, name in rows if kind == wanted) for wanted in ("table", "index")))
    if problems := [*_name_problems(created)]:
        raise DeclarationError(*(f"its tables: {problem}" for problem in problems))
    return created


def _name_problems(created: Created) -> Iterator[str]:
    if not created.tables:
        yield "it creates no table"
    for name in (*created.tables, *created.indexes):
        if name == "sqlite_sequence":
            yield "AUTOINCREMENT is not for projectors; INTEGER PRIMARY KEY does"
        elif name.lower().startswith(OWN_TABLES):
            yield f"{name}: a name may not begin with {' or '.join(OWN_TABLES)}"


def _only_creates(action: int, first: str | None, second: str | None, _: str | None, __: str | None) -> int:
    may = action in _CREATING or action in _READING or (action in _RECORDING and first == _CATALOGUE)
    return sqlite3.SQLITE_OK if may and second != "load_extension" else sqlite3.SQLITE_DENY
