"""What a client has seen of the log, so that it always reads what it wrote, whichever service it asks."""

import threading

_MOST = 200
"""Positions that are sent, the latest to move: a header of more than 8 kB is refused by many servers."""


class Positions:
    """The greatest position seen of each partition, as `Log-Position` spells them. Any thread may use it."""

    def __init__(self) -> None:
        self._offsets: dict[str, int] = {}
        """By partition; the latest to move last."""
        self._lock = threading.Lock()

    def see(self, header: str | None) -> None:
        """Take over what an answer was made at; what is no position is let pass."""
        with self._lock:
            for item in (header or "").split(","):
                partition, _, offset = item.strip().rpartition("@")
                if partition and offset.isdecimal() and int(offset) > self._offsets.get(partition, -1):
                    self._offsets.pop(partition, None)
                    self._offsets[partition] = int(offset)

    def forget(self, header: str) -> None:
        """Forget these, where they are still the greatest."""
        with self._lock:
            for item in header.split(", "):
                partition, _, offset = item.rpartition("@")
                if self._offsets.get(partition) == int(offset):
                    del self._offsets[partition]

    def listed(self) -> list[str]:
        """All of them; the latest to move last."""
        with self._lock:
            return [f"{partition}@{offset}" for partition, offset in self._offsets.items()]

    def header(self) -> str:
        """What to send along; empty where nothing was seen."""
        return ", ".join(self.listed()[-_MOST:])
