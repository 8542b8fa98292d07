"""SQL of functions, held to the tables that they may touch."""

import sqlite3
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from foldline.errors import SqlRefused
from foldline.state.authorizer import allowed

_REMEMBERED = 1000
"""Statements known to be allowed; a function that makes its SQL anew for each call is checked each time."""


class SqlCheck:
    """Decides, once for each statement, whether SQL stays within some tables."""

    def __init__(self, connection: sqlite3.Connection, tables: frozenset[str], *, write: bool) -> None:
        """`connection` is used for nothing else: it compiles statements under an authorizer, and runs none."""
        self._tables = tables
        self._write = write
        self._connection = connection
        self._connection.set_authorizer(allowed(tables, write=write))
        self._allowed: set[str] = set()
        self._lock = threading.Lock()

    def __call__(self, sql: str, params: Sequence[Any] | Mapping[str, Any]) -> None:
        """Raise SqlRefused unless the statement may run."""
        if sql in self._allowed:
            return
        with self._lock:
            try:
                self._connection.execute(f"EXPLAIN {sql}", params)
            except sqlite3.DatabaseError as error:
                if "authorized" not in str(error) and "prohibited" not in str(error):
                    raise
                may = "read and write" if self._write else "read"
                raise SqlRefused(f"{error}: {sql.strip()!r}; it may {may} {', '.join(sorted(self._tables))}") from error
            if len(self._allowed) >= _REMEMBERED:
                self._allowed.clear()
            self._allowed.add(sql)

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()


class CheckedTables:
    """`Tables` on one connection's transaction."""

    def __init__(self, connection: sqlite3.Connection, check: SqlCheck) -> None:
        self._connection = connection
        self._check = check

    def execute(self, sql: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> list[sqlite3.Row]:
        """Run one statement, and give its rows."""
        self._check(sql, params)
        return self._connection.execute(sql, params).fetchall()
