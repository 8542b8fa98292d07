"""Waiting for what a log does, with a deadline."""

import time
from collections.abc import Callable, Iterable

import pytest

from foldline.errors import LogError
from foldline.log.port import Reader, Record
from foldline.log.records import record_of

DEADLINE = 30.0


def refuse(error: LogError) -> None:
    """The `failed` of an append that must not fail."""
    pytest.fail(f"an append failed: {error}")


def until(condition: Callable[[], object]) -> None:
    """Ask until it is true."""
    deadline = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < deadline


def read_until(enough: Callable[[list[Record]], object], reader: Reader, limit: int = 100) -> list[Record]:
    """Read on until there is enough."""
    records: list[Record] = []

    def read() -> object:
        records.extend(map(record_of, reader.poll(0.1, limit)))
        return enough(records)

    until(read)
    return records


def take(reader: Reader, count: int, limit: int = 100) -> list[Record]:
    """The next `count` records."""
    records = read_until(lambda found: len(found) >= count, reader, limit)
    assert len(records) == count
    return records


def values(records: Iterable[Record]) -> list[bytes | None]:
    """Their values, in order."""
    return [record.value for record in records]
