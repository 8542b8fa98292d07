"""Those who are told of commits."""

from collections.abc import Sequence

import structlog

from foldline.fold.committing import Committed
from foldline.fold.entity import Change

_log = structlog.get_logger(__name__)


class Listeners:
    """Told of each change, or, where changes are not told one by one, that the state is another.

    Only for the fold's thread.
    """

    def __init__(self) -> None:
        self._all: list[Committed] = []
        self._untold = False

    def add(self, listener: Committed) -> None:
        """Tell it, too. What it raises stops nobody."""
        self._all.append(listener)

    def committed(self, changes: Sequence[Change] | None) -> None:
        """The state has changed so; None: in more ways than are told one by one, nor is what follows until the end."""
        self._untold = self._untold or changes is None
        if changes and not self._untold:
            self._tell(changes)

    def at_end(self) -> None:
        """The state is what the log says as far as it goes: now it can be told that it is another."""
        if self._untold:
            self._untold = False
            self._tell(None)

    def _tell(self, changes: Sequence[Change] | None) -> None:
        for listener in self._all:
            try:
                listener(changes)
            except Exception:
                _log.exception("a listener to commits failed")
