"""What became of the records that this process wrote, told to the threads that wait for it."""

import threading
from typing import NamedTuple

from foldline.errors import FoldlineError, NotReady, UnknownOutcome


class Outcome(NamedTuple):
    """The log's verdict on one record of ours."""

    accepted: bool
    offset: int
    """Where it is, in the partition of its key."""
    partition: int


class Waiter:
    """Waits for one record's outcome."""

    __slots__ = ("_lock", "_result")

    def __init__(self) -> None:
        self._result: Outcome | FoldlineError | None = None
        self._lock = threading.Lock()
        self._lock.acquire()

    def settle(self, result: Outcome | FoldlineError) -> None:
        """Wake the thread that waits, with a verdict or with why there is none. Once only."""
        self._result = result
        self._lock.release()

    def wait(self, timeout: float) -> Outcome | None:
        """The outcome; None: it was not seen in time. Raises the error that took its place."""
        if not self._lock.acquire(timeout=max(timeout, 0)):
            return None
        if isinstance(self._result, FoldlineError):
            raise self._result
        return self._result


class Outcomes:
    """Records of ours whose outcome is awaited, by their `ce_id`. Safe to use from many threads."""

    def __init__(self) -> None:
        self._waiting: dict[bytes, Waiter] = {}
        self._given_up = False

    def expect(self, record_id: bytes) -> Waiter:
        """Register before the append, so that no outcome can be missed. Raises NotReady after `give_up`."""
        waiter = self._waiting[record_id] = Waiter()
        if self._given_up:
            self.forget(record_id)
            raise NotReady("The service is stopping; nothing was written.")
        return waiter

    def forget(self, record_id: bytes) -> None:
        """Nobody waits any more."""
        self._waiting.pop(record_id, None)

    def settle(self, record_id: bytes | None, result: Outcome | FoldlineError) -> None:
        """Tell who waits for this record, if anybody does. A record's first sight counts."""
        waiter = self._waiting.pop(record_id, None) if record_id is not None else None
        if waiter is not None:
            waiter.settle(result)

    def fail_all(self, error: FoldlineError) -> None:
        """End every wait."""
        for record_id in list(self._waiting):
            self.settle(record_id, error)

    def give_up(self) -> None:
        """End every wait as unknown, and let nobody begin another."""
        self._given_up = True
        self.fail_all(UnknownOutcome("The service stopped before the outcome was seen."))

    def __len__(self) -> int:
        return len(self._waiting)
