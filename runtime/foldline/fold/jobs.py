"""Work that others ask of the fold's thread, because it alone writes the state."""

from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import Any

from foldline.errors import NotReady
from foldline.state.state import State

_Job = tuple[Callable[[], Any], Future[Any]]


class Jobs:
    """A queue that any thread may fill; the fold's thread empties it between batches."""

    def __init__(self, state: State, wake: Callable[[], None]) -> None:
        """`wake` tells the fold's thread that there is something to do."""
        self._state = state
        self._wake = wake
        self._queue: SimpleQueue[_Job] = SimpleQueue()

    def submit(self, job: Callable[[], Any], timeout: float = 10.0) -> Any:
        """Have `job` run in a transaction of its own; gives its result or raises its error, or NotReady in time."""
        future: Future[Any] = Future()
        self._queue.put((job, future))
        self._wake()
        try:
            return future.result(timeout)
        except TimeoutError:
            future.cancel()
            raise NotReady("The fold did not get to it in time; try again.") from None

    def run(self, rolled_back: Callable[[], None]) -> None:
        """Run what waits. `rolled_back` is called after a job that failed."""
        while (waiting := self._next()) is not None:
            job, future = waiting
            if not future.set_running_or_notify_cancel():
                continue
            try:
                with self._state.transaction():
                    result = job()
            except Exception as error:
                rolled_back()
                future.set_exception(error)
            else:
                future.set_result(result)

    def _next(self) -> _Job | None:
        try:
            return self._queue.get_nowait()
        except Empty:
            return None
