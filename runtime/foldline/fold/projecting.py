"""Projectors: each change is shown to them within the fold's transaction; what they raise on is parked."""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import NamedTuple

import structlog

from foldline import wire
from foldline.errors import Refused, SetupError
from foldline.fold.entity import Change
from foldline.fold.parking import Parking, Spot, spot_of
from foldline.fold.steps import Step, step_of_change, step_of_row
from foldline.functions.application import LoadedTopic
from foldline.functions.definition import Projector
from foldline.state.connections import run_script, split_script
from foldline.state.state import State
from foldline.state.tables import CheckedTables, SqlCheck
from foldline.topology.names import OWN_TABLES

_log = structlog.get_logger(__name__)

_TRIES = 3

_OF_THE_FILE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_READONLY,
    }
)


class _Running(NamedTuple):
    projector: Projector
    tables: CheckedTables
    check: SqlCheck


class Projecting:
    """The projectors of a service. Only for the fold's thread."""

    def __init__(self, state: State, topics: Mapping[str, LoadedTopic], projectors: Iterable[Projector]) -> None:
        self._state = state
        self._topics = topics
        self._projectors = tuple(projectors)
        self._running: dict[str, _Running] = {}
        self.parking = Parking(state.writer)

    def __bool__(self) -> bool:
        return bool(self._running)

    def start(self) -> None:
        """Take up the projectors whose tables are filled; the others wait for `fill`. Raises SetupError."""
        self.close()
        rows = {row["name"]: row for row in self._state.writer.execute("SELECT * FROM foldline_projectors")}
        filled = [p for p in self._projectors if p.name in rows and rows[p.name]["version"] == p.version]
        for projector in filled:
            _check_same_tables(projector, rows[projector.name]["digest"])
        with self._state.transaction() as connection:
            _drop_all_but(connection, filled)
        for projector in filled:
            self._run(projector)
        self.parking.load()

    def fill(self) -> None:
        """Make the tables of new projectors and new versions from the entities as they are, one `set` each."""
        for projector in self._projectors:
            if projector.name not in self._running:
                with self._state.transaction() as connection:
                    run_script(connection, split_script(projector.tables))
                self._fill_one(self._run(projector))

    def apply(self, changes: Iterable[Change]) -> None:
        """Show changes to every projector of their topics."""
        for change in changes:
            for running in self._running.values():
                if change.topic in running.projector.topics:
                    self._apply_one(running, step_of_change(change))

    def retry(self, number: int) -> None:
        """Apply a parked event again; raises NotFound, or Refused with the reason where it fails again."""
        row = self.parking.row(number)
        error = self._apply_one(self._running[row["projector"]], step_of_row(row, row["before"]))
        if error is not None:
            raise Refused(f"Projector {row['projector']!r} failed again: {error}")

    def discard(self, number: int) -> None:
        """Forget a parked event; raises NotFound."""
        self.parking.forget(spot_of(self.parking.row(number)))

    def retry_all(self) -> None:
        """Apply every parked event again, as after an upgrade."""
        for number in self.parking.numbers():
            with suppress(Refused), self._state.transaction():
                self.retry(number)

    def close(self) -> None:
        """Let go of the connections that check SQL."""
        for running in self._running.values():
            running.check.close()
        self._running.clear()

    def _run(self, projector: Projector) -> _Running:
        check = SqlCheck(self._state.checker(), frozenset(projector.table_names), write=True)
        running = _Running(projector, CheckedTables(self._state.writer, check), check)
        self._running[projector.name] = running
        return running

    def _fill_one(self, running: _Running) -> None:
        projector = running.projector
        entities = 0
        with self._state.transaction() as connection:
            for step in _entities(connection, projector.topics):
                self._apply_one(running, step)
                entities += 1
            connection.execute(
                "INSERT INTO foldline_projectors VALUES (?, ?, ?)",
                (projector.name, projector.version, _digest(projector)),
            )
        _log.info("projector filled", projector=projector.name, version=projector.version, entities=entities)

    def _apply_one(self, running: _Running, step: Step) -> Exception | None:
        """Try three times, each in a savepoint, then park the event; an event that succeeds clears what was parked.

        Gives why it was parked.
        """
        spot = Spot(running.projector.name, step.topic, step.id)
        if spot in self.parking:
            step = step._replace(before=self.parking.last_seen(spot))
        error = self._try_some_times(running, step)
        if error is None:
            self.parking.forget(spot)
        else:
            self.parking.park(spot, step, error)
            _log.error("event parked", projector=spot.projector, topic=step.topic, entity=step.id, exc_info=error)
        return error

    def _try_some_times(self, running: _Running, step: Step) -> Exception | None:
        error = None
        for _ in range(_TRIES):
            error = self._try(running, step)
            if error is None:
                break
        return error

    def _try(self, running: _Running, step: Step) -> Exception | None:
        connection = self._state.writer
        connection.execute("SAVEPOINT projector")
        error = self._call(running, step)
        if error is not None:
            connection.execute("ROLLBACK TO projector")
        connection.execute(
            "RELEASE projector"
        )  # fails where SQLite gave up the batch, whatever the function made of it
        return error

    def _call(self, running: _Running, step: Step) -> Exception | None:
        try:
            values = {"event": step.event(self._topics), "db": running.tables}
            running.projector.function(**{name: values[name] for name in running.projector.parameters})
        except Exception as error:
            if _is_of_the_file(error):
                raise
            return error
        return None


def _entities(connection: sqlite3.Connection, topics: Iterable[str]) -> Iterator[Step]:
    for topic in topics:
        rows = connection.execute(
            "SELECT * FROM foldline_entities WHERE topic = ? AND kind != ? ORDER BY id", (topic, wire.REMOVED)
        )
        for row in rows:
            yield step_of_row(row, before=None)


def _check_same_tables(projector: Projector, digest: str) -> None:
    if digest != _digest(projector):
        raise SetupError(
            f"{projector.source} the tables or topics of projector {projector.name!r} are not those that "
            f"version {projector.version} was filled with: "
            f"give it version={projector.version + 1}, and they are filled anew"
        )


def _is_of_the_file(error: Exception) -> bool:
    """Whether the state's file is at fault (a full disk, say), and neither the event nor the function."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF in _OF_THE_FILE


def _drop_all_but(connection: sqlite3.Connection, kept: Iterable[Projector]) -> None:
    """Drop tables that no projector has any more: of other versions, and of a filling that was cut short."""
    kept = tuple(kept)
    names = json.dumps([projector.name for projector in kept])
    for column, table in (("name", "projectors"), ("projector", "parked")):
        connection.execute(
            f"DELETE FROM foldline_{table} WHERE {column} NOT IN (SELECT value FROM json_each(?))", (names,)
        )
    tables = {table for projector in kept for table in projector.table_names}
    for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
        if name not in tables and not name.startswith(OWN_TABLES):
            _log.warning("a table that no projector has any more is dropped", table=name)
            connection.execute(f'DROP TABLE "{name}"')


def _digest(projector: Projector) -> str:
    return hashlib.sha256(json.dumps([projector.tables, *projector.topics]).encode()).hexdigest()
