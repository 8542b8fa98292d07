"""Repairs: an entity's last record must be a copy of its head, for compaction keeps only the last."""

import random
import sqlite3
import time
from collections.abc import Callable, Collection, Mapping

import structlog

from foldline import wire
from foldline.errors import LogError
from foldline.fold.candidates import without_places
from foldline.fold.entity import FoldedEntity
from foldline.fold.gate import clock
from foldline.fold.steps import event_time
from foldline.fold.storing import store_repairs
from foldline.log.port import Headers, Log
from foldline.state.entities import StoredHead, find
from foldline.state.headers import unpack
from foldline.state.recent import EntityKey

_log = structlog.get_logger(__name__)


Delay = Callable[[], float]
"""Seconds to wait before a repair."""


_AGAIN = 30.0
"""Seconds, at least, until a repair that is not seen to be done is appended again."""


def quiet(least: float = 1.0, most: float = 30.0) -> float:
    """Seconds to wait for somebody else's repair, or for the next write, which is one itself."""
    return random.uniform(least, most)  # noqa: S311 - spreads replicas, guards nothing


class Repairs:
    """What waits for repair, and the appending of repairs. Only for the fold's thread."""

    def __init__(
        self, log: Log, connection: sqlite3.Connection, log_names: Mapping[str, str], delay: Delay = quiet
    ) -> None:
        """`log_names` names, by topic, the log topics that this service repairs; others are only remembered."""
        self._log = log
        self._connection = connection
        self._log_names = log_names
        self._delay = delay
        self._since: dict[EntityKey, int] = {}
        self._due: dict[EntityKey, float] = {}
        self.appended = 0

    def load(self) -> None:
        """Learn what waits: at start, and after a transaction that was rolled back."""
        rows = self._connection.execute("SELECT topic, id, since FROM foldline_repairs")
        self._since = {(row["topic"], row["id"]): row["since"] for row in rows}
        self._due = {key: clock() + self._delay() for key in self._since if key[0] in self._log_names}

    def __len__(self) -> int:
        return len(self._since)

    def oldest(self) -> float:
        """Seconds that the oldest has been waiting."""
        since = list(self._since.values())
        return max(time.time() - min(since) / 1000, 0.0) if since else 0.0

    def note(self, entities: Collection[FoldedEntity]) -> None:
        """Take in what a batch said of its entities, within the batch's transaction."""
        now = int(time.time() * 1000)
        begun = [entity.key for entity in entities if entity.needs_repair]
        ended = [entity.key for entity in entities if not entity.needs_repair and entity.key in self._since]
        if not begun and not ended:
            return
        store_repairs(self._connection, begun, ended, now)
        for key in ended:
            del self._since[key]
            self._due.pop(key, None)
        for key in begun:
            self._since.setdefault(key, now)
            if key[0] in self._log_names:
                self._due[key] = clock() + self._delay()

    def append_due(self) -> None:
        """Append the repairs whose quiet time is over. Each is due again later, unless it is seen to be done."""
        if self._due:
            self._append_before(clock())

    def append_all(self) -> None:
        """Append all repairs that wait, due or not."""
        self._append_before(float("inf"))

    def _append_before(self, time: float) -> None:
        for key in [key for key, due in self._due.items() if due <= time]:
            self._due[key] = clock() + _AGAIN + self._delay()
            self._append(key)

    def _append(self, key: EntityKey) -> None:
        topic, entity_id = key
        head = find(self._connection, topic, entity_id)
        if head is None:
            return
        value, headers = repair_of(head)
        try:
            self._log.append(self._log_names[topic], entity_id.encode(), value, headers, _report)
        except LogError as error:
            _report(error)
            return
        self.appended += 1
        _log.info("entity repaired", topic=topic, entity=entity_id, origin=head.origin)


def repair_of(head: StoredHead) -> tuple[bytes, Headers]:
    """Value and headers of a record that repairs the head: a copy, a null as a remove, with its place spelled out."""
    headers = without_places(unpack(head.headers))
    if wire.text_header(headers, wire.TIME) is None:
        headers.append((wire.TIME, event_time((), head.time).isoformat().encode()))
    headers += [(wire.FOLLOWS, str(head.follows).encode()), (wire.REPAIRS, str(head.origin).encode())]
    return head.value if head.value is not None else wire.remove_value(head.id, None), headers


def _report(error: LogError) -> None:
    _log.warning("a repair was not written; it is tried again", error=error.message)
