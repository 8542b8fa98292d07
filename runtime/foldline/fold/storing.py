"""Write what a batch decided into the state, within the transaction that is open."""

import hashlib
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import orjson

from foldline import wire
from foldline.fold.candidates import Candidate
from foldline.fold.heads import Head
from foldline.fold.verdicts import Accepted, EntityKey, Known
from foldline.log.port import Partition, Record
from foldline.state.headers import pack

KEPT_CHANGES = 10_000
"""What a socket that comes back can be sent."""

_FEW = 32
"""Up to so many entities are looked up one by one; more, all in one statement."""

_PRUNE_EVERY = 1_000


def known_of(
    connection: sqlite3.Connection, candidates: Iterable[Candidate], *, values: bool
) -> dict[EntityKey, Known]:
    """The entities that these records name, as they are; `values`: with their values (projectors need them)."""
    ids: dict[str, set[str]] = defaultdict(set)
    for candidate in candidates:
        if candidate.id is not None:
            ids[candidate.topic].add(candidate.id)
    value = "value" if values else "NULL"
    select = f"SELECT id, follows, origin, partition, {value}, kind FROM foldline_entities WHERE topic = ? AND id "
    return {
        (topic, row[0]): Known(Head(row[1], row[2]), row[3], row[4], row[5])
        for topic, wanted in ids.items()
        for row in _select(connection, select, topic, wanted)
    }


def _select(connection: sqlite3.Connection, select: str, topic: str, ids: set[str]) -> Iterator[sqlite3.Row]:
    if len(ids) > _FEW:
        yield from connection.execute(
            f"{select} IN (SELECT value FROM json_each(?))", (topic, orjson.dumps(list(ids)).decode())
        )
        return
    for entity_id in ids:
        yield from connection.execute(f"{select} = ?", (topic, entity_id))


def store_heads(connection: sqlite3.Connection, heads: Mapping[EntityKey, Accepted]) -> None:
    """Each entity's new head."""
    connection.executemany(
        "INSERT OR REPLACE INTO foldline_entities "
        "(topic, id, partition, origin, follows, kind, value, headers, time) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                *key,
                record.partition,
                head.origin,
                head.follows,
                candidate.kind,
                record.value,
                pack(record.headers),
                record.time,
            )
            for key, (candidate, head, _) in heads.items()
            for record in (candidate.record,)
        ),
    )


def store_keys(connection: sqlite3.Connection, changes: Iterable[Accepted], oldest: float) -> None:
    """The answers given under idempotency keys; those from before `oldest` (milliseconds of log time) are forgotten.

    A repair's key is not read: it is a copy.
    """
    connection.executemany(
        "INSERT OR IGNORE INTO foldline_keys (key, request, topic, id, partition, origin, value, answer, time) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                key,
                headers.get(wire.REQUEST),
                candidate.topic,
                candidate.id,
                record.partition,
                head.origin,
                record.value,
                (headers.get(wire.ANSWER) or b"").decode(errors="replace"),
                record.time,
            )
            for candidate, head, _ in changes
            for record, headers in ((candidate.record, candidate.headers),)
            if (key := headers.get(wire.KEY)) is not None
            and candidate.placed is not None
            and not candidate.placed.repair
        ),
    )
    connection.execute("DELETE FROM foldline_keys WHERE time < ?", (oldest,))


def store_changes(connection: sqlite3.Connection, changes: Iterable[Accepted]) -> None:
    """What changed, in order, for sockets that come back; the oldest are dropped."""
    connection.executemany(
        "INSERT INTO foldline_changes (topic, partition, offset, id, origin, value, headers, time) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                record.topic,
                record.partition,
                record.offset,
                candidate.id,
                head.origin,
                record.value,
                pack(record.headers),
                record.time,
            )
            for candidate, head, _ in changes
            for record in (candidate.record,)
        ),
    )
    newest, oldest = connection.execute("SELECT max(number), min(number) FROM foldline_changes").fetchone()
    if newest is None or newest - oldest < KEPT_CHANGES + _PRUNE_EVERY:
        return
    connection.execute(
        "UPDATE foldline_positions SET changes_from = max(changes_from, 1 + coalesce((SELECT max(offset) "
        "FROM foldline_changes AS c WHERE c.number <= ? AND c.topic = foldline_positions.topic "
        "AND c.partition = foldline_positions.partition), -1))",
        (newest - KEPT_CHANGES,),
    )
    connection.execute("DELETE FROM foldline_changes WHERE number <= ?", (newest - KEPT_CHANGES,))


def forget_changes(connection: sqlite3.Connection) -> None:
    """After a long catch-up: whoever was away for it starts anew."""
    connection.execute("DELETE FROM foldline_changes")
    connection.execute("UPDATE foldline_positions SET changes_from = next")


def store_dead_letters(connection: sqlite3.Connection, dead: Iterable[tuple[Candidate, str]]) -> None:
    """Records that count for nobody."""
    connection.executemany(
        "INSERT OR IGNORE INTO foldline_dead_letters (topic, partition, offset, key, value, headers, reason, time) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (r.topic, r.partition, r.offset, r.key, r.value, pack(r.headers), reason, r.time)
            for candidate, reason in dead
            for r in (candidate.record,)
        ),
    )


def store_repairs(
    connection: sqlite3.Connection, begun: Iterable[EntityKey], ended: Iterable[EntityKey], now: int
) -> None:
    """Which entities wait for repair from `now` (milliseconds) on, and which no longer do."""
    connection.executemany("INSERT OR IGNORE INTO foldline_repairs VALUES (?, ?, ?)", ((*key, now) for key in begun))
    connection.executemany("DELETE FROM foldline_repairs WHERE topic = ? AND id = ?", ended)


def store_positions(
    connection: sqlite3.Connection, positions: Mapping[Partition, int], records: Iterable[Record]
) -> None:
    """How far the log is folded, and what was folded last."""
    last = {Partition(record.topic, record.partition): record for record in records}
    connection.executemany(
        "UPDATE foldline_positions SET next = ?, last = ?, digest = ?, time = max(time, ?) "
        "WHERE topic = ? AND partition = ?",
        (
            (positions[partition], record.offset, digest(record), record.time, *partition)
            for partition, record in last.items()
        ),
    )


def digest(record: Record) -> bytes:
    """Tells a record from another that a topic made anew may hold at its offset."""
    content = orjson.dumps([pack([("key", record.key), ("value", record.value)]), record.time])
    return hashlib.blake2b(content, digest_size=16).digest()
