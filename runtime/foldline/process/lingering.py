"""Closing a connection so that its last answer arrives, without making the service wait for the client to go.

To close a socket that holds unread bytes cuts off what the client has not read yet (RFC 9112, section 9.6). So it is
closed for writing first, and then read until the client has closed it too. gunicorn does this in its loop, which
meanwhile serves nobody.
"""

import selectors
import socket
import time
from contextlib import suppress

_SECONDS = 2.0
_MOST = 65_536
"""Bytes read from a client that should go."""


class Lingering:
    """Connections whose clients are to go. Only for the thread of the loop that selects from `poller`."""

    def __init__(self, poller: selectors.BaseSelector) -> None:
        self._poller = poller
        self._deadlines: dict[socket.socket, float] = {}
        self._left: dict[socket.socket, int] = {}

    def add(self, sock: socket.socket) -> None:
        """Close it for writing now, and altogether once the client has gone, or after 2 s."""
        try:
            sock.setblocking(False)
            sock.shutdown(socket.SHUT_WR)
        except OSError:  # the client has gone
            sock.close()
            return
        self._deadlines[sock] = time.monotonic() + _SECONDS
        self._left[sock] = _MOST
        self._poller.register(sock, selectors.EVENT_READ, self._read)

    def end_overdue(self) -> None:
        """Close those that had their time."""
        now = time.monotonic()
        for sock in [sock for sock, deadline in self._deadlines.items() if deadline < now]:
            self._end(sock)

    def _read(self, sock: socket.socket) -> None:
        data = b""
        with suppress(OSError):
            data = sock.recv(self._left[sock])
        self._left[sock] -= len(data)
        if not data or not self._left[sock]:
            self._end(sock)

    def _end(self, sock: socket.socket) -> None:
        del self._deadlines[sock], self._left[sock]
        self._poller.unregister(sock)
        sock.close()
