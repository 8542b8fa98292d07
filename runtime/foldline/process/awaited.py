"""Connections that the loop awaits, each for a limited time."""

import selectors
import socket
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Generic, Protocol, TypeVar


class Connection(Protocol):
    """A client's connection."""

    sock: socket.socket


C = TypeVar("C", bound=Connection)


class Awaited(Generic[C]):
    """Connections until they are ready, or overdue. Only for the thread of the loop that selects from `poller`."""

    def __init__(self, poller: selectors.BaseSelector, event: int, seconds: float) -> None:
        """They are ready at an `event` of the selector's; `seconds` is how long they have."""
        self._poller = poller
        self._event = event
        self._seconds = seconds
        self._deadlines: dict[C, float] = {}

    def __iter__(self) -> Iterator[C]:
        return iter(self._deadlines)

    def add(self, connection: C, ready: Callable[[C], None]) -> None:
        """Call `ready` whenever it is, until it is removed."""
        self.give_time(connection)
        self._poller.register(connection.sock, self._event, partial(_call, ready, connection))

    def give_time(self, connection: C) -> None:
        """Its time begins anew."""
        self._deadlines[connection] = time.monotonic() + self._seconds

    def remove(self, connection: C) -> None:
        """Await it no longer."""
        del self._deadlines[connection]
        self._poller.unregister(connection.sock)

    def take_overdue(self) -> list[C]:
        """Remove those that had their time."""
        now = time.monotonic()
        overdue = [connection for connection, deadline in self._deadlines.items() if deadline < now]
        for connection in overdue:
            self.remove(connection)
        return overdue

    def hasten(self, seconds: float) -> None:
        """Give them no more than so many seconds from now on."""
        self._seconds = seconds
        latest = time.monotonic() + seconds
        self._deadlines = {connection: min(deadline, latest) for connection, deadline in self._deadlines.items()}


def _call(ready: Callable[[C], None], connection: C, _sock: socket.socket) -> None:
    ready(connection)
