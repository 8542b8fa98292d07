"""Where to begin to read: `beginning`, `end`, an offset, a time, or a while ago."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from foldline.admin.logs import Ranges
from foldline.errors import Malformed
from foldline.log.port import Bounds, Log, Partition

Start = int | datetime
"""An offset, in every partition, or a time."""

BEGINNING, END = 0, 2**63 - 1

_AGO = re.compile(r"-(\d{1,6})([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def parse_start(text: str, now: datetime) -> Start:
    """Read what a person typed; raises Malformed. A time without a zone is UTC."""
    if text in {"beginning", "end"}:
        return BEGINNING if text == "beginning" else END
    if text.isdecimal() and len(text) <= 18:
        return int(text)
    if ago := _AGO.fullmatch(text):
        return now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
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
    return {partition: _first_since(log, partition, bounds, since) for partition, bounds in ranges.items()}


def _first_since(log: Log, partition: Partition, bounds: Bounds, since: int) -> int:
    """The first offset at or after a time (milliseconds), for a partition's times never go backwards."""
    low, high = bounds
    while low < high:
        middle = (low + high) // 2
        found = log.read(partition, middle, 1)
        if found and found[0].time < since:
            low = found[0].offset + 1
        else:
            high = middle
    return low
