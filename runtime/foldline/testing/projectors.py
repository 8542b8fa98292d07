"""Given events, then a projector's tables hold this."""

import inspect
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from foldline.event import Event
from foldline.functions.declare import ProjectorDeclaration, declaration_of
from foldline.functions.parameters import names_of
from foldline.functions.tables import created_by, read_sql
from foldline.state.tables import CheckedTables, SqlCheck
from foldline.testing.differences import difference

Project = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Projecting:
    """A projector, and the events that it is to have folded."""

    function: Project
    topics: Collection[str]
    tables: str
    events: tuple[Event, ...] = ()

    def given(self, *events: Event) -> "Projecting":
        """After these events, too. Those of topics that are not the projector's pass it by, as in the runtime."""
        return replace(self, events=(*self.events, *(event for event in events if event.topic in self.topics)))

    def rows(self, sql: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
        """What the SQL finds in the projector's tables; raises what the projector raises."""
        with self._database() as database:
            return database.execute(sql, params).fetchall()

    def contents(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every table, by name, its rows in order of their values."""
        with self._database() as database:
            tables = created_by(self.tables).tables
            return {name: sorted(database.execute(f'SELECT * FROM "{name}"'), key=repr) for name in tables}

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        with closing(_connect(self.tables)) as database, closing(_connect(self.tables)) as checker:
            check = SqlCheck(checker, frozenset(created_by(self.tables).tables), write=True)
            database.row_factory = sqlite3.Row
            for event in self.events:
                given = {"event": event, "db": CheckedTables(database, check)}
                self.function(**{name: given[name] for name in names_of(self.function)})
            database.row_factory = None
            yield database


def projecting(function: Project) -> Projecting:
    """Start a test of a projector: `projecting(sales.tally).given(*history(...)).rows("SELECT ...")`.

    It runs on a database of its own in memory and, as in the runtime, may touch its own tables only.
    """
    declared = declaration_of(function)
    if not isinstance(declared, ProjectorDeclaration):
        raise TypeError(f"{function!r} is not declared with @projector")
    tables = read_sql(Path(inspect.getfile(function)).parent / declared.tables)
    return Projecting(function, declared.topics, tables)


def is_function_of_state(function: Project, events: Sequence[Event]) -> None:
    """Assert that the projector's tables depend on the current entities alone, not on how they came to be.

    It must be so on a compacted topic: a new version's tables are filled from the current entities, one event each.
    After each of the events, the tables are compared with tables filled in that way, in two orders.
    """
    for count in range(1, len(events) + 1):
        folded = projecting(function).given(*events[:count]).contents()
        current = _current(events[:count])
        for states in (current, current[::-1]):
            filled = projecting(function).given(*states).contents()
            if folded != filled:
                event = events[count - 1]
                raise AssertionError(
                    f"after event {count} ({event.topic} {event.id}) the tables are not what the entities alone give:\n"
                    f"{difference(filled, folded)}"
                )


def _current(events: Sequence[Event]) -> list[Event]:
    """The last state of each entity that is there, as one event without a before."""
    last = {(event.topic, event.id): event for event in events}
    return [replace(event, before=None) for _, event in sorted(last.items()) if event.after is not None]


def _connect(tables: str) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.executescript(tables)
    return connection
