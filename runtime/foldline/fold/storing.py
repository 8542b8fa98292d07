"""Write what a batch decided into the state, within the transaction that is open."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, islice
from operator import itemgetter

from foldline.fold.candidates import Candidate
from foldline.fold.continued import digest
from foldline.fold.entity import Change, FoldedEntity
from foldline.fold.keys import KeyUse
from foldline.log.port import Partition, Record
from foldline.state.entities import find
from foldline.state.headers import pack
from foldline.state.recent import EntityKey
from foldline.state.snapshot import KeptAnswer

KEPT_DEAD_LETTERS = 10_000
"""All are counted; so many are kept, whatever a broken producer does."""

KEPT_CHANGES = 10_000
"""What a socket that comes back can be sent."""

_ROWS_TOGETHER = 100


def find_entity(connection: sqlite3.Connection, topic: str, entity_id: str) -> FoldedEntity:
    """An entity as the state has it; one with no head where it has none."""
    entity = FoldedEntity(topic, entity_id)
    head = find(connection, topic, entity_id)
    if head is not None:
        entity.follows, entity.origin, entity.partition = head.follows, head.origin, head.partition
        entity.value, entity.kind = head.value, head.kind
    return entity


def has_no_entities(connection: sqlite3.Connection) -> bool:
    """Whether the state is new."""
    return connection.execute("SELECT 1 FROM foldline_entities LIMIT 1").fetchone() is None


def insert(connection: sqlite3.Connection, into: str, rows: Iterable[Sequence[object]], conflict: str = "") -> None:
    """Insert rows, many with one statement: with each, SQLite lets another thread have the interpreter."""
    left = iter(rows)
    while together := list(islice(left, _ROWS_TOGETHER)):
        row = f"({', '.join('?' * len(together[0]))})"
        values = ", ".join([row] * len(together))
        connection.execute(f"{into} VALUES {values} {conflict}", list(chain.from_iterable(together)))


def store_heads(connection: sqlite3.Connection, entities: Iterable[FoldedEntity]) -> None:
    """Each entity's new head.

    Rows are made in the order of the entities, in which their messages lie in memory, and written in that of the
    table's index.
    """
    rows = [
        (
            *(entity.topic, entity.id, entity.partition, entity.origin, entity.follows, entity.kind, entity.value),
            pack(message.headers() or ()),
            message.timestamp()[1],
        )
        for entity in entities
        if (message := entity.message) is not None
    ]
    rows.sort(key=itemgetter(1))
    rows.sort(key=itemgetter(0))  # twice by one text is quicker than once by two
    insert(
        connection,
        "INSERT INTO foldline_entities (topic, id, partition, origin, follows, kind, value, headers, time)",
        rows,
        "ON CONFLICT DO UPDATE SET partition = excluded.partition, origin = excluded.origin, "
        "follows = excluded.follows, kind = excluded.kind, value = excluded.value, headers = excluded.headers, "
        "time = excluded.time",
    )


def store_keys(connection: sqlite3.Connection, uses: Iterable[KeyUse]) -> None:
    """The answers given under idempotency keys.

    A key that is used anew, because the first use no longer counts, gets the later answer.
    """
    insert(
        connection,
        f"INSERT OR REPLACE INTO foldline_keys (key, {', '.join(KeptAnswer._fields)}, time)",
        (
            (use.key, *use.answered, use.time)
            for use in sorted(uses, key=itemgetter(0))  # as the table is: quicker; of one key, the last stays the last
        ),
    )


def forget_keys(connection: sqlite3.Connection, oldest: float) -> None:
    """Those used before `oldest` (milliseconds) no longer count."""
    connection.execute("DELETE FROM foldline_keys WHERE time < ?", (oldest,))


def store_changes(connection: sqlite3.Connection, changes: Iterable[Change]) -> None:
    """What changed, in order, for sockets that come back."""
    insert(
        connection,
        "INSERT INTO foldline_changes (topic, partition, offset, id, origin, value, headers, time)",
        (
            (*record[:3], change.id, change.origin, record.value, pack(record.headers), record.time)
            for change in changes
            for record in (change.record,)
        ),
    )


def forget_old_changes(connection: sqlite3.Connection) -> None:
    """Keep the newest."""
    newest, oldest = connection.execute(
        "SELECT (SELECT max(number) FROM foldline_changes), (SELECT min(number) FROM foldline_changes)"
    ).fetchone()
    if newest is None or newest - oldest < KEPT_CHANGES:
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


def store_dead_letters(connection: sqlite3.Connection, dead: Sequence[tuple[Candidate, str]]) -> None:
    """Records that count for nobody; of more than can be looked at, the newest are kept."""
    if not dead:
        return
    connection.executemany(
        "INSERT OR IGNORE INTO foldline_dead_letters (topic, partition, offset, key, value, headers, reason, time) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (r.topic, r.partition, r.offset, r.key, r.value, pack(r.headers), reason, r.time)
            for candidate, reason in dead
            for r in (candidate.record,)
        ),
    )
    connection.execute(
        "DELETE FROM foldline_dead_letters WHERE number <= (SELECT max(number) FROM foldline_dead_letters) - ?",
        (KEPT_DEAD_LETTERS,),
    )


def store_repairs(
    connection: sqlite3.Connection, begun: Iterable[EntityKey], ended: Iterable[EntityKey], now: int
) -> None:
    """Which entities wait for repair from `now` (milliseconds) on, and which no longer do."""
    connection.executemany("INSERT OR IGNORE INTO foldline_repairs VALUES (?, ?, ?)", ((*key, now) for key in begun))
    connection.executemany("DELETE FROM foldline_repairs WHERE topic = ? AND id = ?", ended)


def store_positions(
    connection: sqlite3.Connection, positions: Mapping[Partition, int], last: Mapping[Partition, Record]
) -> None:
    """How far the log is folded, and what was folded last of each partition."""
    connection.executemany(
        "UPDATE foldline_positions SET next = ?, last = ?, digest = ?, time = max(time, ?) "
        "WHERE topic = ? AND partition = ?",
        (
            (positions[partition], record.offset, digest(record), record.time, *partition)
            for partition, record in last.items()
        ),
    )
