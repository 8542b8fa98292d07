"""Events that a projector raised on, kept until they can be applied or are superseded."""

import sqlite3
from typing import NamedTuple

from foldline.errors import NotFound
from foldline.fold.steps import Step
from foldline.state.headers import pack


class Spot(NamedTuple):
    """Where an event is parked: one at most for each projector and entity, the latest."""

    projector: str
    topic: str
    id: str


_WHERE = "WHERE projector = ? AND topic = ? AND id = ?"


class Parking:
    """The parked events. Only for the fold's thread, within its transactions."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._taken: set[Spot] = set()

    def load(self) -> None:
        """Learn what is parked: at start, and after a transaction that was rolled back."""
        rows = self._connection.execute("SELECT projector, topic, id FROM foldline_parked")
        self._taken = {Spot._make(row) for row in rows}

    def __len__(self) -> int:
        return len(self._taken)

    def __contains__(self, spot: Spot) -> bool:
        return spot in self._taken

    def park(self, spot: Spot, step: Step, error: Exception) -> None:
        """Keep an event, with why it could not be applied; it takes the place of an older one of its entity."""
        self._connection.execute(
            "INSERT OR REPLACE INTO foldline_parked "
            "(projector, topic, id, before, value, headers, partition, origin, time, reason) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *spot,
                step.before,
                step.value,
                pack(step.headers),
                step.partition,
                step.origin,
                step.time,
                f"{type(error).__name__}: {error}",
            ),
        )
        self._taken.add(spot)

    def last_seen(self, spot: Spot) -> bytes | None:
        """The entity's value as the projector saw it last."""
        row = self._connection.execute(f"SELECT before FROM foldline_parked {_WHERE}", spot).fetchone()
        return None if row is None else row["before"]

    def forget(self, spot: Spot) -> None:
        """Free a spot, if it is taken."""
        if spot in self._taken:
            self._connection.execute(f"DELETE FROM foldline_parked {_WHERE}", spot)
            self._taken.discard(spot)

    def numbers(self) -> list[int]:
        """All that is parked, oldest first."""
        rows = self._connection.execute("SELECT number FROM foldline_parked ORDER BY number")
        return [row["number"] for row in rows]

    def row(self, number: int) -> sqlite3.Row:
        """One parked event; raises NotFound."""
        row: sqlite3.Row | None = self._connection.execute(
            "SELECT * FROM foldline_parked WHERE number = ?", (number,)
        ).fetchone()
        if row is None:
            raise NotFound(f"No parked event has number {number}.")
        return row


def spot_of(row: sqlite3.Row) -> Spot:
    """Where this row's event is parked."""
    return Spot(row["projector"], row["topic"], row["id"])
