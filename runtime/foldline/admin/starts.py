"""Where to begin to read: `beginning`, `end`, an offset, a time, or a while ago."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial

from foldline.admin.logs import Ranges
from foldline.errors import Malformed
from foldline.log.port import Bounds, Log, Partition, Record

Start = int | datetime
"""An offset, in every partition, or a time."""

BEGINNING, END = 0, 2**63 - 1

_AGO = re.compile(r"-(\d{1,6})([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def parse_start(text: str, now: datetime) -> Start:
    """Read what a person typed; raises Malformed. A time without a zone is UTC."""
    if text in {"beginning", "end"}:
        return BEGINNING if text == "beginning" else END
    if text.isascii() and text.isdigit() and len(text) <= 18:
        return int(text)
    if ago := _AGO.fullmatch(text):
        return _before(now, timedelta(**{_UNITS[ago[2]]: int(ago[1])}))
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Malformed(
            f"{text!r} is no place to begin: say beginning, end, an offset (42), a while ago (-1h, -30m, -7d), "
            "or a time (2026-01-31T12:00:00Z)"
        ) from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def starts(log: Log, ranges: Ranges, start: Start) -> Mapping[Partition, int]:
    """The offset to begin at in each partition: never before what it holds, nor after."""
    if isinstance(start, int):
        return {partition: min(max(start, first), end) for partition, (first, end) in ranges.items()}
    since = int(start.timestamp() * 1000)
    return {
        partition: first_since(partial(_read_one, log, partition), bounds, since)
        for partition, bounds in ranges.items()
    }


def first_since(read: Callable[[int], Record | None], bounds: Bounds, since: int) -> int:
    """The first offset at or after a time (milliseconds), for a partition's times never go backwards.

    `read` gives the first record that is kept at or after an offset.
    """
    low, high = bounds
    while low < high:
        middle = (low + high) // 2
        found = read(middle)
        if found is not None and found.time < since:
            low = found.offset + 1
        else:
            high = middle
    return low


def _read_one(log: Log, partition: Partition, start: int) -> Record | None:
    return next(iter(log.read(partition, start, 1)), None)


def _before(now: datetime, ago: timedelta) -> Start:
    try:
        return now - ago
    except OverflowError:
        return BEGINNING
