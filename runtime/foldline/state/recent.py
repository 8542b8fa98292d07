"""Heads that were read lately, so that most reads by id need no transaction of SQLite's.

Right as long as every change is announced before it is committed: from then until it is done nothing is found here,
and what was read before it is not kept.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import Lock

from foldline.state.entities import StoredHead

EntityKey = tuple[str, str]
"""A topic's name and an id."""

_MOST = 20_000
_MOST_BYTES = 32 * 2**20
"""Of more than this, none is kept: a few reads fill it again."""


class Recent:
    """Heads as of the last commit, and its position. Safe to use from many threads; one announces changes."""

    def __init__(self, most: int = _MOST, most_bytes: int = _MOST_BYTES) -> None:
        self._most, self._most_bytes = most, most_bytes
        self.moment = 0
        """Counts changes, begun and done: odd while one is under way."""
        self.position: str | None = None
        """What the state had folded, as answers say it; None: it was not read yet."""
        self._heads: dict[EntityKey, StoredHead] = {}
        self._bytes = 0
        self._lock = Lock()
        self.find = self._heads.get
        """The head kept at a key, if there is one: true of `moment` if that is even, and the same before and after."""

    def keep(self, moment: int, heads: Iterable[tuple[EntityKey, StoredHead]], position: str | None) -> None:
        """These were read by a transaction that began after `moment` was seen."""
        with self._lock:
            if moment != self.moment or moment % 2:
                return
            self.position = position or self.position
            for key, head in heads:
                if key not in self._heads:
                    self._heads[key] = head
                    self._bytes += len(head.value or b"") + len(head.headers)
            if len(self._heads) > self._most or self._bytes > self._most_bytes:
                self._forget(None)

    @contextmanager
    def changing(self, keys: Iterable[EntityKey] | None) -> Iterator[None]:
        """The state is changed in this block: these heads, or any if None, and the position."""
        with self._lock:
            self.moment += 1
        done = False
        try:
            yield
            done = True
        finally:
            with self._lock:
                self._forget(keys if done else None)
                self.position = None
                self.moment += 1

    def _forget(self, keys: Iterable[EntityKey] | None) -> None:
        if keys is None:
            self._heads.clear()
            self._bytes = 0
            return
        for key in keys:
            head = self._heads.pop(key, None)
            if head is not None:
                self._bytes -= len(head.value or b"") + len(head.headers)
