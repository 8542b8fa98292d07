"""Run a query on one snapshot of the state."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from foldline.errors import NotReady, UnknownPosition
from foldline.event import Position
from foldline.fold.fold import Fold
from foldline.functions.application import Application
from foldline.functions.definition import Query
from foldline.state.snapshot import Snapshot
from foldline.state.state import State
from foldline.state.tables import CheckedTables, SqlCheck

_CATCHING_UP = 1.0
"""Seconds to come to the log's end before a position beyond it is believed to be none."""


class Answer(NamedTuple):
    """What a query gave."""

    value: Any
    position: str
    """What the state had folded when it was read: the last position of each partition that holds anything, listed."""


class Reads:
    """Queries, each on one snapshot."""

    def __init__(self, state: State, fold: Fold, application: Application) -> None:
        self._state = state
        self._fold = fold
        self._check = SqlCheck(state.checker(), application.readable_tables, write=False)

    def run(self, query: Query, variables: Mapping[str, str], args: Mapping[str, Any]) -> Answer:
        """Call the query's function; raises what it raises (NotFound), NotReady, TooSlow, Unreadable."""
        self._fold.gate.check()
        given = {**variables, "args": args}

        def look(snapshot: Snapshot) -> Answer:
            values = {
                name: given[name] if name in given else self._from_state(name, snapshot) for name in query.parameters
            }
            return Answer(query.function(**values), snapshot.position())

        return self._state.read(look)

    def wait_for(self, positions: Iterable[Position], seconds: float) -> None:
        """Return once the state has passed these positions; topics not folded here are ignored.

        Raises NotReady, and UnknownPosition where the log does not go so far: then no waiting would help.
        """
        wanted = tuple(positions)
        if self._fold.progress.wait_for(wanted, seconds):
            return
        if seconds > 0 and not self._fold.progress.given_up:
            self._check_on_log(wanted)
        raise NotReady("The state has not come to the positions asked for yet; try again.")

    def close(self) -> None:
        """Let go of the connection that checks SQL."""
        self._check.close()

    def _check_on_log(self, wanted: Iterable[Position]) -> None:
        for topic in {position.topic for position in wanted}:
            self._fold.catch_up(topic, _CATCHING_UP)
        if not self._fold.progress.wait_for(wanted, 0):
            raise UnknownPosition

    def _from_state(self, name: str, snapshot: Snapshot) -> Any:
        return CheckedTables(snapshot.connection, self._check) if name == "db" else snapshot.entities(name)
