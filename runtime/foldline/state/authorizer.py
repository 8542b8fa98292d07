"""What SQL of functions may do, as a callback for `sqlite3.Connection.set_authorizer`.

It guards against mistakes, not against malice: a query's author could name a common table expression like a topic's
view and so read another table of the state.
"""

import sqlite3
from collections.abc import Callable

Authorizer = Callable[[int, str | None, str | None, str | None, str | None], int]

_TABLE_FUNCTIONS = frozenset({"json_each", "json_tree"})
_DANGEROUS = frozenset({"load_extension"})
_UNREPEATABLE = frozenset({"random", "randomblob", "current_timestamp", "current_date", "current_time"})
_CATALOGUE = "sqlite_master"


def allowed(tables: frozenset[str], write: bool) -> Authorizer:
    """Permit statements that read, or also write, these tables and views and nothing else.

    What a permitted view reads is permitted through it. Names count without regard to case, as in SQL. Functions that
    give another answer each time are refused where `write`: what a projector writes must be the same in a replay.
    """
    names = frozenset(name.lower() for name in tables)
    readable = names | _TABLE_FUNCTIONS
    refused = _DANGEROUS | _UNREPEATABLE if write else _DANGEROUS

    def permits(action: int, first: str | None, second: str | None, view: str | None) -> bool:
        match action:
            case sqlite3.SQLITE_SELECT | sqlite3.SQLITE_RECURSIVE:
                return True
            case sqlite3.SQLITE_READ:
                return _is_in(readable, first) or _is_in(names, view) or _declares_table_function(first, second)
            case sqlite3.SQLITE_INSERT | sqlite3.SQLITE_DELETE:
                return write and _is_in(names, first)
            case sqlite3.SQLITE_UPDATE:
                return (write and _is_in(names, first)) or first == _CATALOGUE
            case sqlite3.SQLITE_FUNCTION:
                return not _is_in(refused, second)
        return False

    def authorize(action: int, first: str | None, second: str | None, _: str | None, view: str | None) -> int:
        return sqlite3.SQLITE_OK if permits(action, first, second, view) else sqlite3.SQLITE_DENY

    return authorize


def _is_in(names: frozenset[str], name: str | None) -> bool:
    return name is not None and name.lower() in names


def _declares_table_function(table: str | None, column: str | None) -> bool:
    """SQLite pretends to update its catalogue when `json_each` is first used; real updates it refuses by itself."""
    return table == _CATALOGUE and column == "ROWID"
