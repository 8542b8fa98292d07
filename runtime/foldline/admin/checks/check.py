"""One thing that was looked at."""

from dataclasses import dataclass
from typing import Literal

OK, WARN, FAIL = "ok", "warn", "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """What was found, and what to do about it."""

    check: str
    state: Literal["ok", "warn", "fail"]
    """`fail`: services cannot be run, or lose what they promise; `warn`: they can, for now."""
    what: str
    remedy: str | None = None
    """None: nothing need be done."""
