"""Closing a connection so that its last answer arrives, without making the service wait for the client to go.

To close a socket that holds unread bytes cuts off what the client has not read yet (RFC 9112, section 9.6). So it is
closed for writing first, and then read until the client has closed it too. gunicorn does this in its loop, which
meanwhile serves nobody.
"""

import selectors
import socket
from contextlib import suppress

from foldline.process.awaited import Awaited

_SECONDS = 2.0
_MOST = 65_536
"""Bytes read from a client that should go."""


class Lingering:
    """Connections whose clients are to go. Only for the thread of the loop that selects from `poller`."""

    def __init__(self, poller: selectors.BaseSelector) -> None:
        self._awaited: Awaited[_Leaving] = Awaited(poller, selectors.EVENT_READ, _SECONDS)

    def add(self, sock: socket.socket) -> None:
        """Close it for writing now, and altogether once the client has gone, or after 2 s."""
        try:
            sock.setblocking(False)
            sock.shutdown(socket.SHUT_WR)
        except OSError:  # the client has gone
            sock.close()
        else:
            self._awaited.add(_Leaving(sock), self._read)

    def end_overdue(self) -> None:
        """Close those that had their time."""
        for leaving in self._awaited.take_overdue():
            leaving.sock.close()

    def _read(self, leaving: "_Leaving") -> None:
        data = b""
        with suppress(OSError):
            data = leaving.sock.recv(leaving.left)
        leaving.left -= len(data)
        if not data or not leaving.left:
            self._awaited.remove(leaving)
            leaving.sock.close()


class _Leaving:
    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.left = _MOST
        """Bytes that it may still send."""
