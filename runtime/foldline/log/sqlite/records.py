"""Reading and writing the rows of the embedded log."""

import sqlite3
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import orjson

from foldline.log.port import Bounds, Headers, Partition, Record


class Place(NamedTuple):
    """A partition, as the tables know it."""

    topic: int
    partition: int


class Append(NamedTuple):
    """A record that is to be written."""

    place: Place
    key: bytes
    value: bytes
    headers: str


def pack_headers(headers: Headers) -> str:
    """Headers as JSON text, one character for each byte of a value."""
    pairs = [(name, None if value is None else value.decode("latin-1")) for name, value in headers]
    return orjson.dumps(pairs).decode()


def unpack_headers(text: str) -> Headers:
    """What `pack_headers` was given."""
    return [(name, None if value is None else value.encode("latin-1")) for name, value in orjson.loads(text)]


def end_offsets(connection: sqlite3.Connection) -> dict[Place, int]:
    """The end offset of every partition."""
    return {Place(*row): end for *row, end in connection.execute('SELECT topic, number, "end" FROM partitions')}


def all_bounds(connection: sqlite3.Connection) -> dict[Place, Bounds]:
    """Where every partition begins and ends, by one look: services look twice a second."""
    rows = connection.execute(
        'SELECT topic, number, "end", (SELECT min("offset") FROM records WHERE records.topic = partitions.topic'
        " AND records.partition = partitions.number) FROM partitions"
    )
    return {Place(*place): Bounds(end if first is None else first, end) for *place, end, first in rows}


def first_offset(connection: sqlite3.Connection, place: Place, end: int) -> int:
    """Offset of the first record that is kept; `end` where there is none."""
    query = 'SELECT min("offset") FROM records WHERE topic = ? AND partition = ?'
    offset: int | None = connection.execute(query, place).fetchone()[0]
    return end if offset is None else offset


def select_records(
    connection: sqlite3.Connection, partition: Partition, place: Place, start: int, limit: int
) -> list[Record]:
    """At most `limit` records from offset `start` on, in order."""
    rows = connection.execute(
        'SELECT "offset", "key", value, headers, time FROM records'
        ' WHERE topic = ? AND partition = ? AND "offset" >= ? ORDER BY "offset" LIMIT ?',
        (*place, start, limit),
    ).fetchall()
    return [
        Record(*partition, offset, key, value, unpack_headers(headers) or (), time)
        for offset, key, value, headers, time in rows
    ]


def insert(connection: sqlite3.Connection, appends: Iterable[Append], now: int) -> None:
    """Write records at the ends of their partitions; a partition's times never go backwards."""
    touched: dict[Place, tuple[int, int]] = {}
    connection.executemany("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?)", _rows(connection, appends, now, touched))
    connection.executemany(
        'UPDATE partitions SET "end" = ?, time = ? WHERE topic = ? AND number = ?',
        [(*end, *place) for place, end in touched.items()],
    )


def _rows(
    connection: sqlite3.Connection, appends: Iterable[Append], now: int, touched: dict[Place, tuple[int, int]]
) -> Iterator[tuple[object, ...]]:
    for place, key, value, headers in appends:
        if place not in touched:
            query = 'SELECT "end", time FROM partitions WHERE topic = ? AND number = ?'
            end, last = connection.execute(query, place).fetchone()
            touched[place] = (end, max(now, last))
        offset, time = touched[place]
        touched[place] = (offset + 1, time)
        yield *place, offset, time, key, value, headers
