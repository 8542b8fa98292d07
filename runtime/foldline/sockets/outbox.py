"""Messages that wait for a client to take them."""

import socket
from collections import deque
from itertools import islice

_AT_ONCE = 64
"""Messages handed to the operating system together."""


class Outbox:
    """A queue of whole messages, of which the first may be begun.

    A socket takes what it has room for, often half a message. Nothing may come between the halves, so all that is
    sent to a client, pings too, passes through its one outbox.
    """

    def __init__(self) -> None:
        self._messages: deque[bytes | memoryview] = deque()
        self._begun = False
        self.size = 0
        """Bytes that wait."""

    def put(self, message: bytes) -> None:
        """Send it after all others."""
        self._messages.append(message)
        self.size += len(message)

    def put_first(self, message: bytes) -> None:
        """Send it before all that are not begun."""
        self._messages.insert(int(self._begun), message)
        self.size += len(message)

    def forget(self) -> None:
        """Send none but the one that is begun."""
        while len(self._messages) > self._begun:
            self.size -= len(self._messages.pop())

    def send(self, sock: socket.socket) -> None:
        """Hand over what a non-blocking socket takes now; raises OSError where the client is gone."""
        messages = self._messages
        while messages:
            try:
                if len(messages) == 1:  # the usual, and sent with less ado
                    self._take_off(sock.send(messages[0]))
                else:
                    self._take_off(sock.sendmsg(list(islice(messages, _AT_ONCE))))
            except BlockingIOError:
                return

    def _take_off(self, sent: int) -> None:
        self.size -= sent
        if not self.size:
            self._messages.clear()
            self._begun = False
            return
        while sent:
            message = self._messages.popleft()
            self._begun = sent < len(message)
            if self._begun:
                self._messages.appendleft(memoryview(message)[sent:])
                return
            sent -= len(message)
