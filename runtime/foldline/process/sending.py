"""Slow clients: what they have not taken of their answers is sent from the loop, as they take it, by no thread."""

import selectors
import socket
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from foldline.process.awaited import Awaited

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
        self._go_on, self._give_up = go_on, give_up
        self._awaited: Awaited[C] = Awaited(poller, selectors.EVENT_WRITE, _PATIENCE)
        self.hasten = self._awaited.hasten

    def add(self, connection: C) -> None:
        """Send what is unsent."""
        if sum(len(each.unsent) for each in self._awaited) > _MOST_BYTES:
            self._give_up(connection)
        else:
            self._awaited.add(connection, self._send)

    def end_overdue(self) -> None:
        """Leave clients that took nothing for long."""
        for connection in self._awaited.take_overdue():
            self._give_up(connection)

    def _send(self, connection: C) -> None:
        try:
            sent = connection.sock.send(connection.unsent, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return
        except OSError:  # the client has gone
            self._awaited.remove(connection)
            self._give_up(connection)
            return
        del connection.unsent[:sent]
        if connection.unsent:
            self._awaited.give_time(connection)
        else:
            self._awaited.remove(connection)
            self._go_on(connection)
