"""The gate: nothing is answered, decided or repaired on a state that may be wrong (docs/design.md, section 7)."""

import time
from collections.abc import Callable

from foldline.errors import NotReady

CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""Counts on while the machine sleeps, where the platform has such a clock: compaction does not sleep with it."""


def clock() -> float:
    """Seconds, never going back, sleep included."""
    return time.clock_gettime(CLOCK)


class Gate:
    """Opens once the fold has passed an end of the log that was read after its start.

    A half-read compacted topic is not old state but wrong state: the records that say so may come last. And a fold
    that was away from the end for long may miss records that compaction took meanwhile, so the gate closes again.
    """

    def __init__(self, longest_absence: float, now: Callable[[], float] = clock) -> None:
        """`longest_absence`: seconds that the fold may be away from the end (half the compaction lag)."""
        self._longest = longest_absence
        self._now = now
        self._at_end: float | None = None
        self._reason = "the state is being folded from the log"

    def passed_end(self, seen: float) -> None:
        """The fold has passed the end that the log had at `seen` (of the same clock)."""
        if self._at_end is None or seen > self._at_end:
            self._at_end = seen

    def close(self, reason: str) -> None:
        """Close until the next end is passed."""
        self._at_end = None
        self._reason = reason

    def absence(self) -> float:
        """Seconds since the log's end was passed; infinite where it was not yet."""
        at_end = self._at_end  # the fold may close the gate meanwhile
        return float("inf") if at_end is None else self._now() - at_end

    @property
    def is_open(self) -> bool:
        """Whether the state may be used."""
        at_end = self._at_end
        return at_end is not None and self.opens(at_end)

    def opens(self, seen: float) -> bool:
        """Whether an end that the log had at `seen` is news enough to open by."""
        return self._now() - seen <= self._longest

    def why_closed(self) -> str | None:
        """None: it is open."""
        if self.is_open:
            return None
        if self._at_end is None:
            return self._reason
        return f"the fold was last at the end of the log {self.absence():.0f} s ago"

    def check(self) -> None:
        """Raise NotReady unless the gate is open."""
        if not self.is_open:
            raise NotReady(f"Not ready: {self.why_closed()}.")
