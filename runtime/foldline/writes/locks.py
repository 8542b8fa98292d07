"""Within one process, one command at a time for an entity: two would only race each other on the log."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from foldline.errors import Contention


class EntityLocks:
    """Locks by topic and id, which exist while somebody holds or awaits them."""

    def __init__(self) -> None:
        self._locks: dict[tuple[str, str], tuple[threading.Lock, int]] = {}
        self._guard = threading.Lock()

    @contextmanager
    def hold(self, topic: str, id: str, timeout: float) -> Iterator[None]:
        """Hold the entity's lock; raises Contention where it is not to be had within `timeout` seconds."""
        key = (topic, id)
        lock = self._join(key)
        try:
            if not lock.acquire(timeout=max(timeout, 0)):
                raise Contention
            try:
                yield
            finally:
                lock.release()
        finally:
            self._leave(key)

    def _join(self, key: tuple[str, str]) -> threading.Lock:
        with self._guard:
            lock, users = self._locks.get(key, (None, 0))
            lock = lock or threading.Lock()
            self._locks[key] = (lock, users + 1)
        return lock

    def _leave(self, key: tuple[str, str]) -> None:
        with self._guard:
            lock, users = self._locks[key]
            if users == 1:
                del self._locks[key]
            else:
                self._locks[key] = (lock, users - 1)
