"""Try again where that is safe and may help."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from foldline.errors import (
    ConnectionFailed,
    Contention,
    FoldlineError,
    LogError,
    NotReady,
    RecordTooLarge,
    UnknownOutcome,
    UnknownPosition,
)

T = TypeVar("T")

_TRANSIENT = (ConnectionFailed, NotReady, Contention, UnknownOutcome, UnknownPosition, LogError)
_FIRST, _LONGEST = 0.1, 2.0
"""Seconds: the longest pause after the first failure; it doubles with each, up to that."""
_LEAST = 0.05
"""Seconds that an attempt is given, however little time is left."""


@dataclass(frozen=True)
class Retrying:
    """How often, and how long, to try. Pauses are random (full jitter), after what `Retry-After` asks for."""

    timeout: float
    """Seconds for all attempts and pauses together."""
    max_retries: int
    sleep: Callable[[float], object] = time.sleep
    clock: Callable[[], float] = time.monotonic

    def run(self, attempt: Callable[[float], T]) -> T:
        """Call `attempt` with the seconds that are left until it succeeds; raises the last error."""
        end, retries = self.clock() + self.timeout, 0
        while True:
            try:
                return attempt(max(end - self.clock(), _LEAST))
            except FoldlineError as error:
                pause = _pause(retries, error)
                if not is_transient(error) or retries == self.max_retries or self.clock() + pause >= end:
                    raise
            self.sleep(pause)
            retries += 1

    def run_write(self, attempt: Callable[[float], T]) -> T:
        """The same for a write: where it fails in the end, but may have taken place, that is raised: UnknownOutcome."""
        doubts: list[FoldlineError] = []

        def noting_doubts(left: float) -> T:
            try:
                return attempt(left)
            except (ConnectionFailed, UnknownOutcome) as error:
                if error.details.get("sent", True):
                    doubts.append(error)
                raise

        try:
            return self.run(noting_doubts)
        except FoldlineError as error:
            if doubts and is_transient(error) and not isinstance(error, UnknownOutcome):
                raise UnknownOutcome(
                    f"{error.message}; it may be written all the same: look before you go on"
                ) from error
            raise


def is_transient(error: FoldlineError) -> bool:
    """Whether the same request may succeed later."""
    return isinstance(error, _TRANSIENT) and not isinstance(error, RecordTooLarge)


def _pause(retries: int, error: FoldlineError) -> float:
    asked = float(error.details.get("retry_after", 0))
    return asked + random.uniform(0, min(_FIRST * 2**retries, _LONGEST))  # noqa: S311 - no secret
