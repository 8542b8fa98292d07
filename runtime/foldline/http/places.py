"""How many requests may wait at once, so that the threads left over go on answering."""

from threading import BoundedSemaphore
from types import TracebackType

from foldline.errors import NotReady


class Places:
    """Half of the service's threads. `with places:` takes one of them; raises NotReady where none is free."""

    def __init__(self, threads: int) -> None:
        self._free = BoundedSemaphore(max(1, threads // 2))

    def __enter__(self) -> None:
        if not self._free.acquire(blocking=False):
            raise NotReady("As many requests as may wait are waiting; try again.")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._free.release()
