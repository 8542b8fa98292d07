"""One WebSocket that never blocks: what is said through it, what is heard, and its end."""

import socket
import time
from collections.abc import Iterator
from contextlib import suppress

from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Event, Ping, TextMessage
from wsproto.frame_protocol import CloseReason

from foldline.sockets.outbox import Outbox

LONGEST_MESSAGE = 64 * 1024
"""Bytes that a client may say at once."""

_AT_ONCE = 64 * 1024
_GOODBYE = 2.0
"""Seconds in which a client is to take the last word, and to go."""


class Channel:
    """The server's side of a connection whose handshake is done. Only for the hub's thread.

    Whatever raises OSError says that the client is gone.
    """

    def __init__(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        self.sock = sock
        self._protocol = Connection(ConnectionType.SERVER)
        self._outbox = Outbox()
        self._parts: list[str] = []
        self._length = 0
        self._asked = False
        self._ends_at = float("inf")
        self.closing = False
        """Whether the last word is said."""

    @property
    def backlog(self) -> int:
        """Bytes that the client has not taken."""
        return self._outbox.size

    def overdue(self, now: float) -> bool:
        """Whether the client had its time to go."""
        return now > self._ends_at

    def say(self, message: bytes) -> None:
        """Send a message as the frames make it, once the client takes it."""
        if not self.closing:
            self._outbox.put(message)

    def forget(self) -> None:
        """Take back all that the client has not begun to take."""
        self._outbox.forget()

    def ping(self) -> None:
        """Ask whether the client is there; raises TimeoutError where it was asked before and has said nothing since."""
        if self._asked:
            raise TimeoutError
        self._asked = True
        if not self.closing:
            self._outbox.put_first(self._protocol.send(Ping()))

    def flush(self) -> None:
        """Hand over what the client takes now."""
        self._outbox.send(self.sock)
        if self.closing and not self._outbox.size:
            self.sock.shutdown(socket.SHUT_WR)

    def hear(self) -> Iterator[str]:
        """The messages that have come."""
        data = self.sock.recv(_AT_ONCE)
        if not data:
            raise ConnectionResetError
        self._asked = False
        if not self.closing:  # else it comes too late
            self._protocol.receive_data(data)
            for event in self._protocol.events():
                yield from self._heard(event)

    def _heard(self, event: Event) -> Iterator[str]:
        match event:
            case _ if self.closing:
                return
            case TextMessage():
                yield from self._add(event)
            case BytesMessage():
                self.close(CloseReason.UNSUPPORTED_DATA, "say it as text")
            case Ping():
                self._outbox.put_first(self._protocol.send(event.response()))
            case CloseConnection():
                self.close(event.code, event.reason)

    def close(self, code: int, reason: str | None) -> None:
        """Say a last word, for which all that waits is dropped."""
        if not self.closing:
            self._outbox.forget()
            self._outbox.put(self._protocol.send(CloseConnection(code, reason)))
            self.closing = True
            self._ends_at = time.monotonic() + _GOODBYE

    def drop(self) -> None:
        """End it now."""
        with suppress(OSError):
            self.sock.close()

    def _add(self, part: TextMessage) -> Iterator[str]:
        self._parts.append(part.data)
        self._length += len(part.data.encode())
        if self._length > LONGEST_MESSAGE:
            self.close(CloseReason.MESSAGE_TOO_BIG, f"say it in {LONGEST_MESSAGE} bytes")
        elif part.message_finished:
            yield "".join(self._parts)
            self._parts.clear()
            self._length = 0
