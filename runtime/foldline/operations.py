"""What an operator can see of a service, and do with it."""

import base64
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from foldline import jsontext, wire
from foldline.errors import NotFound
from foldline.event import Position
from foldline.fold.fold import Fold
from foldline.fold.steps import event_time
from foldline.functions.application import Application
from foldline.history import HistoryPage, history
from foldline.log.port import Log
from foldline.state.headers import unpack
from foldline.state.state import State
from foldline.times import log_time_text, time_text

_STALLED = 10.0
"""Seconds away from the log's end, or without an answer of the log, after which a service is not ready."""


@dataclass(frozen=True, slots=True)
class PartitionStatus:
    """How far one partition is folded."""

    topic: str
    partition: int
    position: int
    """Next offset to fold."""
    end: int
    """The log's end when it was last looked at."""


@dataclass(frozen=True, slots=True)
class Status:
    """A service at one moment."""

    service: str
    ready: bool
    reasons: tuple[str, ...]
    """Why it is not ready; empty where it is."""
    identities: Mapping[str, str]
    """Of the topics that it folds, by the log's names of them: on another log they have others."""
    partitions: tuple[PartitionStatus, ...]
    lag_seconds: float | None
    """Since the fold was last seen at the end of the log; None: it was not there yet."""
    contact_seconds: float
    """Since the log last answered."""
    entities: Mapping[str, int]
    """Readable ones, by topic."""
    unreadable: int
    repairs_waiting: int
    oldest_repair_seconds: float
    dead_letters: int
    parked: int
    counters: Mapping[str, int]
    """Since the start: records, accepted, lost, dead, repairs, commits, standstills."""


class Operations:
    """Looks into a running service."""

    def __init__(self, log: Log, state: State, fold: Fold, application: Application) -> None:
        self._log = log
        self._state = state
        self._fold = fold
        self._application = application
        self.stopping = False
        """Set when the service begins to stop: it is not ready from then on."""

    def readiness(self) -> tuple[str, ...]:
        """Why the service is not ready; empty: it is. Cheap."""
        fold = self._fold
        absence = fold.gate.absence()
        reasons = (
            "it is stopping" if self.stopping else None,
            fold.trouble,
            fold.gate.why_closed(),
            fold.watch.why_silent(_STALLED),
            f"the fold was last at the end of the log {absence:.0f} s ago"
            if _STALLED < absence < float("inf")
            else None,
        )
        return tuple(dict.fromkeys(reason for reason in reasons if reason is not None))

    def status(self) -> Status:
        """All that is known of the service now."""
        fold, reasons = self._fold, self.readiness()
        absence = fold.gate.absence()
        with self._state.snapshot() as snapshot:
            counts = _counts(snapshot.connection)
            identities = dict(snapshot.connection.execute("SELECT topic, identity FROM foldline_positions").fetchall())
        return Status(
            service=self._application.service.name,
            ready=not reasons,
            reasons=reasons,
            identities=identities,
            partitions=self._partitions(),
            lag_seconds=None if absence == float("inf") else round(absence, 3),
            contact_seconds=round(fold.watch.silence(), 3),
            entities={name: counts.get(name, 0) for name in self._application.topics},
            unreadable=counts["unreadable"],
            repairs_waiting=len(fold.repairs),
            oldest_repair_seconds=round(fold.repairs.oldest(), 3),
            dead_letters=counts["dead letters"],
            parked=counts["parked"],
            counters={**fold.counters, "repairs": fold.repairs.appended},
        )

    def dead_letters(self, after: int = 0, limit: int = 100) -> list[Mapping[str, Any]]:
        """Dead letters by number: number, position, key, value, headers (base64 where not UTF-8), reason, time."""
        return [
            {
                "number": row["number"],
                "position": str(Position(row["topic"], row["partition"], row["offset"])),
                "key": _shown(row["key"]),
                "value": _shown(row["value"]),
                "headers": [[name, _shown(raw)] for name, raw in unpack(row["headers"])],
                "reason": row["reason"],
                "time": log_time_text(row["time"]),
            }
            for row in self._rows("foldline_dead_letters", after, limit)
        ]

    def discard_dead_letter(self, number: int) -> None:
        """Forget one; raises NotFound."""

        def discard() -> None:
            if not self._state.writer.execute("DELETE FROM foldline_dead_letters WHERE number = ?", (number,)).rowcount:
                raise NotFound(f"No dead letter has number {number}.")

        self._fold.jobs.submit(discard)

    def parked(self, after: int = 0, limit: int = 100) -> list[Mapping[str, Any]]:
        """Parked events by number: number, projector, topic, id, position, before, after, headers, reason, time."""
        return [
            {
                "number": row["number"],
                "projector": row["projector"],
                "topic": row["topic"],
                "id": row["id"],
                "position": str(Position(self._log_name(row["topic"]), row["partition"], row["origin"])),
                "before": _payload(row["id"], row["before"]),
                "after": _payload(row["id"], row["value"]),
                "headers": [[name, _shown(raw)] for name, raw in unpack(row["headers"])],
                "reason": row["reason"],
                "time": time_text(event_time(unpack(row["headers"]), row["time"])),
            }
            for row in self._rows("foldline_parked", after, limit)
        ]

    def retry_parked(self, number: int) -> None:
        """Apply it again now; raises NotFound, or Refused with the projector's error where it fails again."""
        self._fold.jobs.submit(lambda: self._fold.projecting.retry(number))

    def discard_parked(self, number: int) -> None:
        """Forget one: the projector goes on as if it had seen it; raises NotFound."""
        self._fold.jobs.submit(lambda: self._fold.projecting.discard(number))

    def history(self, topic: str, id: str, after: str | None = None, limit: int = 100) -> HistoryPage:
        """What happened to an entity, newest first, as far as the log still holds it; raises NotFound."""
        self._fold.gate.check()
        with self._state.snapshot() as snapshot:
            head = snapshot.find(topic, id)
        if head is None:
            raise NotFound(f"There is nothing with id {id!r} in {topic}.", id=id)
        return history(self._log, self._application.topics[topic], head, after, limit)

    def _partitions(self) -> tuple[PartitionStatus, ...]:
        sighting = self._fold.watch.sighting
        ends = {} if sighting is None else sighting.ends
        return tuple(
            PartitionStatus(partition.topic, partition.number, position, max(ends.get(partition, 0), position))
            for partition, position in sorted(self._fold.progress.next.items())
        )

    def _rows(self, table: str, after: int, limit: int) -> Sequence[sqlite3.Row]:
        with self._state.snapshot() as snapshot:
            return snapshot.connection.execute(
                f"SELECT * FROM {table} WHERE number > ? ORDER BY number LIMIT ?", (after, limit)
            ).fetchall()

    def _log_name(self, topic: str) -> str:
        return self._application.topics[topic].declared.spec.name


def _counts(connection: sqlite3.Connection) -> dict[str, int]:
    """Entities by topic, and what a person should look at."""
    counts = dict(
        connection.execute("SELECT topic, count(*) FROM foldline_entities WHERE kind = 0 GROUP BY topic").fetchall()
    )
    for name, sql in {
        "unreadable": "SELECT count(*) FROM foldline_entities WHERE kind = 2",
        "dead letters": "SELECT count(*) FROM foldline_dead_letters",
        "parked": "SELECT count(*) FROM foldline_parked",
    }.items():
        counts[name] = connection.execute(sql).fetchone()[0]
    return counts


def _shown(raw: bytes | None) -> Any:
    """Bytes as JSON shows them: text, or `{"base64": ...}` where they are not UTF-8."""
    if raw is None:
        return None
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(raw).decode()}


def _payload(id: str, value: bytes | None) -> Any:
    """The entity that a value sets, else the value as it is; None: there was none, or it was removed."""
    payload = wire.read_payload(id, value)
    if payload is None:
        return _shown(value)
    return None if payload.removed or payload.text is None else jsontext.decode(payload.text)
