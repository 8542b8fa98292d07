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

_log = structlog.get_logger(__name__)

_TRIES = 3


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
        kept = {row["name"]: row for row in self._state.writer.execute("SELECT * FROM foldline_projectors")}
        for projector in self._projectors:
            row = kept.pop(projector.name, None)
            if row is not None and row["version"] == projector.version:
                _check_same_tables(projector, row["digest"])
                self._run(projector, json.loads(row["tables"]))
        with self._state.transaction() as connection:
            for name, row in kept.items():
                _log.warning("a projector is gone; its tables are dropped", projector=name)
                _drop(connection, name, json.loads(row["tables"]))
        self.parking.load()

    def fill(self) -> None:
        """Make the tables of new projectors and new versions from the entities as they are, one `set` each."""
        for projector in self._projectors:
            if projector.name not in self._running:
                tables = self._make_tables(projector)
                self._fill_one(self._run(projector, tables), tables)

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

    def _run(self, projector: Projector, tables: list[str]) -> _Running:
        check = SqlCheck(self._state.checker(), frozenset(tables), write=True)
        running = _Running(projector, CheckedTables(self._state.writer, check), check)
        self._running[projector.name] = running
        return running

    def _make_tables(self, projector: Projector) -> list[str]:
        with self._state.transaction() as connection:
            row = connection.execute("SELECT * FROM foldline_projectors WHERE name = ?", (projector.name,)).fetchone()
            _drop(connection, projector.name, projector.table_names if row is None else json.loads(row["tables"]))
            run_script(connection, split_script(projector.tables))
        return list(projector.table_names)

    def _fill_one(self, running: _Running, tables: list[str]) -> None:
        projector = running.projector
        entities = 0
        with self._state.transaction() as connection:
            for step in _entities(connection, projector.topics):
                self._apply_one(running, step)
                entities += 1
            connection.execute(
                "INSERT INTO foldline_projectors VALUES (?, ?, ?, ?)",
                (projector.name, projector.version, _digest(projector), json.dumps(tables)),
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
        try:
            values = {"event": step.event(self._topics), "db": running.tables}
            running.projector.function(**{name: values[name] for name in running.projector.parameters})
        except Exception as error:
            if isinstance(error, sqlite3.OperationalError) and not _is_the_functions(error):
                raise  # a full disk is no fault of the event
            connection.execute("ROLLBACK TO projector")
            return error
        finally:
            if connection.in_transaction:
                connection.execute("RELEASE projector")
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


def _is_the_functions(error: sqlite3.OperationalError) -> bool:
    """Whether SQLite complains of the statement and not of the disk."""
    return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_ERROR


def _drop(connection: sqlite3.Connection, projector: str, tables: Iterable[str]) -> None:
    for table in tables:
        connection.execute(f'DROP TABLE IF EXISTS "{table}"')
    connection.execute("DELETE FROM foldline_projectors WHERE name = ?", (projector,))
    connection.execute("DELETE FROM foldline_parked WHERE projector = ?", (projector,))


def _digest(projector: Projector) -> str:
    return hashlib.sha256(json.dumps([projector.tables, *projector.topics]).encode()).hexdigest()
