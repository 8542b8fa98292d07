"""How far the fold has come, and who waits for it to come further."""

import threading
from collections.abc import Iterable, Mapping

from foldline.event import Position
from foldline.log.port import Partition


class Progress:
    """The next offset of each partition. The fold advances it after each commit; any thread may wait."""

    def __init__(self) -> None:
        self.next: dict[Partition, int] = {}
        self._moved = threading.Condition()
        self._waiting = 0
        self.given_up = False
        """No wait is worth it any more: the fold has ended, or is about to."""

    def advance(self, positions: Mapping[Partition, int]) -> None:
        """Committed up to here."""
        self.next.update(positions)
        if self._waiting:
            with self._moved:
                self._moved.notify_all()

    def wait_for(self, positions: Iterable[Position], timeout: float) -> bool:
        """Whether the fold has passed all of these within `timeout` seconds; what is not folded here is ignored."""
        wanted = [(Partition(topic, number), offset) for topic, number, offset in positions]
        if self._passed(wanted):
            return True
        with self._moved:
            self._waiting += 1
            try:
                self._moved.wait_for(lambda: self.given_up or self._passed(wanted), timeout)
            finally:
                self._waiting -= 1
        return self._passed(wanted)

    def give_up(self) -> None:
        """End every wait."""
        with self._moved:
            self.given_up = True
            self._moved.notify_all()

    def _passed(self, wanted: Iterable[tuple[Partition, int]]) -> bool:
        return all(self.next.get(partition, offset + 1) > offset for partition, offset in wanted)
