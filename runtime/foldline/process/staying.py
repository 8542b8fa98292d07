"""A thread stays with its connection for a moment, in case the next request comes at once.

gunicorn hands each request from its loop to a thread and the connection back to the loop, which costs as much as
answering it. Clients that keep a connection busy are spared both; while many threads are at work, none stays.
"""

from threading import Lock
from types import TracebackType

from foldline.process.arrivals import Arrivals

_MOMENT = 10
"""Milliseconds."""


class Staying:
    """Counts the threads at work, and waits with those that may."""

    def __init__(self, most: int) -> None:
        """With more than `most` threads at work, none stays: others wait for one."""
        self._most = most
        self._at_work = 0
        self._lock = Lock()

    def __enter__(self) -> None:
        with self._lock:
            self._at_work += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._at_work -= 1

    def for_next_request(self, arrivals: Arrivals) -> bool:
        """Whether something came on the connection within a moment."""
        return self._at_work <= self._most and arrivals.come_within(_MOMENT)
