"""Slow clients: requests that have begun are awaited here, by no thread, and ended where they do not come in time."""

import selectors
import socket
from collections.abc import Callable
from http import HTTPStatus
from typing import Generic, Protocol, TypeVar

from foldline.process.arrivals import Arrivals
from foldline.process.awaited import Awaited

REQUEST_SECONDS = 10.0
"""From the first byte of a request to the last of its body."""

_MOST_BYTES = 64 * 2**20
"""Held of all requests together."""

_TOO_SLOW = f"The request did not come whole within {REQUEST_SECONDS:.0f} s of its first byte."
_TOO_MANY = "Too much of other requests is awaited; try again."


class Connection(Protocol):
    """A client's connection."""

    sock: socket.socket
    arrivals: Arrivals


C = TypeVar("C", bound=Connection)


class Arriving(Generic[C]):
    """Connections on which a request comes in pieces. Only for the thread of the loop that selects from `poller`."""

    def __init__(
        self,
        poller: selectors.BaseSelector,
        go_on: Callable[[C], None],
        refuse: Callable[[C, HTTPStatus, str], None],
    ) -> None:
        """`go_on` is told of a connection that need not be awaited any more, `refuse` of one that is to be ended."""
        self._go_on, self._refuse = go_on, refuse
        self._awaited: Awaited[C] = Awaited(poller, selectors.EVENT_READ, REQUEST_SECONDS)
        self.hasten = self._awaited.hasten

    def receive(self, connection: C) -> None:
        """Something has come on a connection on which nothing was awaited yet."""
        if connection.arrivals.receive():
            self._go_on(connection)
        else:
            self._awaited.add(connection, self._receive_more)

    def end_overdue(self) -> None:
        """Refuse those that had their time."""
        for connection in self._awaited.take_overdue():
            self._refuse(connection, HTTPStatus.REQUEST_TIMEOUT, _TOO_SLOW)

    def _receive_more(self, connection: C) -> None:
        if connection.arrivals.receive():
            self._awaited.remove(connection)
            self._go_on(connection)
        elif sum(len(each.arrivals) for each in self._awaited) > _MOST_BYTES:
            self._awaited.remove(connection)
            self._refuse(connection, HTTPStatus.SERVICE_UNAVAILABLE, _TOO_MANY)
