"""What a client has missed, from the changes that the state keeps."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

import orjson

from foldline.event import Position
from foldline.log.port import Partition, Record
from foldline.state.headers import unpack
from foldline.state.snapshot import Snapshot

_PAGE = 250
_PAGE_BYTES = 256 * 1024
"""A page ends with the change that goes beyond it."""

_NOTHING = -1

_POSITIONS = "SELECT topic, partition, next, changes_from FROM foldline_positions"

_CHANGES = """
    WITH behind AS (
        SELECT value ->> 0 AS topic, value ->> 1 AS partition, value ->> 2 AS wanted FROM json_each(?)
    )
    SELECT id, topic, partition, offset, value, headers, time
    FROM foldline_changes AS c CROSS JOIN behind USING (topic, partition)
    WHERE offset >= wanted ORDER BY number LIMIT ?"""


class Missed(NamedTuple):
    """The next changes that a client has not seen, in the order in which they were folded."""

    changes: list[tuple[str, Record]]
    """Each with the entity's id."""
    positions: tuple[Position, ...]
    """Of the state that they were read from."""
    more: bool


def missed(snapshot: Snapshot, topics: Collection[str], after: Mapping[Partition, int]) -> Missed | None:
    """What comes after these offsets in these topics (the log's names); None: it is no longer kept.

    That holds for a client that has seen more than this state has, too: what it saw was another log, or another
    replica that is ahead.
    """
    behind = []
    for topic, number, next_offset, kept_from in snapshot.connection.execute(_POSITIONS):
        wanted = after.get(Partition(topic, number), _NOTHING) + 1
        if topic in topics and wanted != next_offset:
            if not kept_from <= wanted < next_offset:
                return None
            behind.append((topic, number, wanted))
    changes, more = _read(snapshot, behind) if behind else ([], False)
    return Missed(changes, snapshot.positions(), more)


def _read(snapshot: Snapshot, behind: list[tuple[str, int, int]]) -> tuple[list[tuple[str, Record]], bool]:
    """The first changes of these partitions from these offsets on, and whether there may be more."""
    changes: list[tuple[str, Record]] = []
    size = 0
    for entity_id, topic, partition, offset, value, headers, time in snapshot.connection.execute(
        _CHANGES, (orjson.dumps(behind).decode(), _PAGE)
    ):
        changes.append((entity_id, Record(topic, partition, offset, entity_id.encode(), value, unpack(headers), time)))
        size += len(value or b"")
        if size > _PAGE_BYTES:
            return changes, True
    return changes, len(changes) == _PAGE
