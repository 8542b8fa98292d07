"""The states that services keep: what is in them, and how to have one made anew."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from foldline.errors import NotFound, StateInUse
from foldline.settings import Settings
from foldline.state.lock import StateLock, holder_of
from foldline.state.place import state_path
from foldline.state.schema import VERSION
from foldline.times import log_time_text
from foldline.topology import Service

_SIDECARS = ("", "-wal", "-shm")
"""The database first: SQLite throws a write-ahead log away that it finds beside no database."""

_COUNTS = {
    "unreadable": "SELECT count(*) FROM foldline_entities WHERE kind = 2",
    "repairs": "SELECT count(*) FROM foldline_repairs",
    "dead_letters": "SELECT count(*) FROM foldline_dead_letters",
    "parked": "SELECT count(*) FROM foldline_parked",
}


@dataclass(frozen=True, slots=True)
class StateInfo:
    """One service's state, as its file has it."""

    service: str
    file: str | None
    """None: it keeps its state in memory."""
    condition: str
    """`in use by process 4711`, `at rest`, `none yet`, or what is wrong with it."""
    bytes: int = 0
    """Of the file, and of what is written but not yet moved into it."""
    folded_until: str | None = None
    """The log's time of the last record that it folded, UTC."""
    entities: Mapping[str, int] = field(default_factory=dict)
    """Readable ones, by topic."""
    positions: Mapping[str, int] = field(default_factory=dict)
    """The next offset to fold, by partition: `eventbus.products-0`."""
    projectors: Mapping[str, int] = field(default_factory=dict)
    """The version that filled its tables, by projector."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """Of what a person should look at: unreadable entities, repairs that wait, dead letters, parked events."""


def state_info(service: Service, settings: Settings) -> StateInfo:
    """Look into a service's state, whether it is in use or not; nothing is changed."""
    path = state_path(service, settings)
    if path is None:
        return StateInfo(service.name, None, "in memory: it is replayed at every start")
    if not path.exists():
        return StateInfo(service.name, str(path), "none yet: the first start makes it")
    holder = holder_of(path)
    size = sum(file.stat().st_size for suffix in _SIDECARS if (file := _beside(path, suffix)).exists())
    try:
        found = _read(path)
    except sqlite3.Error as error:
        found = {"condition": f"damaged ({error}): the next start sets it aside and makes it anew"}
    condition = found.pop("condition", None) or ("at rest" if holder is None else f"in use by {holder}")
    return StateInfo(service.name, str(path), condition, size, **found)


def remove_state(service: Service, settings: Settings) -> Path:
    """Remove a state that is not in use, so that the next start makes it anew from the log; gives its file.

    Raises StateInUse where the service runs, NotFound where there is nothing to remove.
    """
    path = state_path(service, settings)
    if path is None:
        raise NotFound(f"{service.name} keeps its state in memory: it is replayed at every start as it is")
    if not path.exists():
        raise NotFound(f"{service.name} has no state at {path}: the next start makes it")
    try:
        lock = StateLock(path, wait=0)
    except StateInUse:
        raise StateInUse(f"{service.name} runs on {path} ({holder_of(path)}): stop it first") from None
    try:
        for suffix in _SIDECARS:
            _beside(path, suffix).unlink(missing_ok=True)
    finally:
        lock.release()
    return path


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _read(path: Path) -> dict[str, Any]:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=2)) as state:
        version = state.execute("PRAGMA user_version").fetchone()[0]
        if version != VERSION:
            wrong = f"of version {version}, this Foldline has {VERSION}: the next start sets it aside and makes it anew"
            return {"condition": wrong}
        state.execute("BEGIN")  # all of one moment
        folded = state.execute("SELECT max(time) FROM foldline_positions").fetchone()[0]
        return {
            "folded_until": log_time_text(folded) if folded else None,
            "entities": _pairs(state, "SELECT topic, count(*) FROM foldline_entities WHERE kind = 0 GROUP BY topic"),
            "positions": _pairs(state, "SELECT topic || '-' || partition, next FROM foldline_positions ORDER BY 1"),
            "projectors": _pairs(state, "SELECT name, version FROM foldline_projectors"),
            "counts": {name: state.execute(sql).fetchone()[0] for name, sql in _COUNTS.items()},
        }


def _pairs(state: sqlite3.Connection, sql: str) -> dict[str, int]:
    return dict(state.execute(sql).fetchall())
