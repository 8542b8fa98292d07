"""Slow clients: what they have not taken of their answers is sent from the loop, as they take it, by no thread."""

import selectors
import socket
import time
from collections.abc import Callable
from functools import partial
from typing import Generic, Protocol, TypeVar

_PATIENCE = 10.0
"""Seconds in which a client takes nothing; then it is left."""

_MOST_BYTES = 64 * 2**20
"""Held for all clients together."""


class Connection(Protocol):
    """A client's connection."""

    sock: socket.socket
    unsent: bytearray


C = TypeVar("C", bound=Connection)


class Sending(Generic[C]):
    """Connections that something is still sent on. Only for the thread of the loop that selects from `poller`."""

    def __init__(
        self, poller: selectors.BaseSelector, go_on: Callable[[C], None], give_up: Callable[[C], None]
    ) -> None:
        """`go_on` is told of a connection on which all was sent, `give_up` of one on which it will not be."""
        self._poller = poller
        self._go_on, self._give_up = go_on, give_up
        self._deadlines: dict[C, float] = {}
        self._patience = _PATIENCE

    def add(self, connection: C) -> None:
        """Send what is unsent."""
        if sum(len(each.unsent) for each in self._deadlines) > _MOST_BYTES:
            self._give_up(connection)
            return
        self._deadlines[connection] = time.monotonic() + self._patience
        self._poller.register(connection.sock, selectors.EVENT_WRITE, partial(self._send, connection))

    def end_overdue(self) -> None:
        """Leave clients that took nothing for long."""
        now = time.monotonic()
        for connection in [connection for connection, deadline in self._deadlines.items() if deadline < now]:
            self._forget(connection)
            self._give_up(connection)

    def hasten(self, seconds: float) -> None:
        """Have less patience from now on."""
        self._patience = seconds
        latest = time.monotonic() + seconds
        self._deadlines = {connection: min(deadline, latest) for connection, deadline in self._deadlines.items()}

    def _send(self, connection: C, sock: socket.socket) -> None:
        try:
            sent = sock.send(connection.unsent, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return
        except OSError:  # the client has gone
            self._forget(connection)
            self._give_up(connection)
            return
        del connection.unsent[:sent]
        self._deadlines[connection] = time.monotonic() + self._patience
        if not connection.unsent:
            self._forget(connection)
            self._go_on(connection)

    def _forget(self, connection: C) -> None:
        del self._deadlines[connection]
        self._poller.unregister(connection.sock)
