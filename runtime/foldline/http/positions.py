"""Position tokens: a request may ask for an answer that is no older than what it has seen (`Log-Position`)."""

import re

from foldline.errors import Malformed, NotReady
from foldline.event import Position
from foldline.http.environ import Environ
from foldline.http.places import Places
from foldline.reads import Reads

DEFAULT_WAIT = 2.0
LONGEST_WAIT = 10.0
"""Seconds."""

_MOST = 1000
_WAIT = re.compile(r'(?:^|,)[ \t]*wait[ \t]*=[ \t]*"?([0-9]+)"?[ \t]*(?:$|[,;])', re.IGNORECASE)


def asked_for(environ: Environ) -> tuple[Position, ...]:
    """The positions that a request names; raises Malformed."""
    header = environ.get("HTTP_LOG_POSITION")
    return () if header is None else parse(header)


def wait_for(positions: tuple[Position, ...], environ: Environ, reads: Reads, places: Places) -> None:
    """Return once the state has passed them, within the time that `Prefer: wait` gives; raises NotReady.

    Only a request that must really wait takes a place of those that may.
    """
    try:
        reads.wait_for(positions, 0)
    except NotReady:
        with places:
            reads.wait_for(positions, preferred_wait(environ))


def parse(header: str) -> tuple[Position, ...]:
    """The positions in a `Log-Position` header; raises Malformed."""
    items = [item for item in header.split(",") if item.strip()]
    if not items or len(items) > _MOST:
        raise Malformed(f"Log-Position is a list of 1 to {_MOST} positions like eventbus.products-0@42")
    return tuple(map(Position.parse, items))


def preferred_wait(environ: Environ) -> float:
    """Seconds that `Prefer: wait=N` asks for, at most 10; 2 without it, or where it cannot be read (RFC 7240)."""
    match = _WAIT.search(environ.get("HTTP_PREFER", ""))
    return DEFAULT_WAIT if match is None else min(float(match[1]), LONGEST_WAIT)
