"""A client of `/ws`, which shows each frame as it came."""

import json
import os
import socket
from base64 import b64encode
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from wsproto.connection import Connection, ConnectionState, ConnectionType
from wsproto.events import CloseConnection, Event, Message, Ping, TextMessage

DEADLINE = 15.0
"""Seconds after which a test gives up waiting."""


class Refused(Exception):
    """The handshake was not answered with 101."""

    def __init__(self, status: int, head: str) -> None:
        self.status = status
        super().__init__(head)


class Listener:
    """One open socket, seen from the client's side."""

    def __init__(self, sock: socket.socket, begun: bytes = b"") -> None:
        """`begun`: what came after the handshake's answer."""
        sock.settimeout(DEADLINE)
        self.sock = sock
        self.protocol = Connection(ConnectionType.CLIENT, trailing_data=begun)
        self.closed: tuple[int, str | None] | None = None
        """The server's last word: code and reason."""
        self.answers_pings = True
        self.pings = 0
        self._events: deque[Event] = deque(self.protocol.events())
        self._text = ""

    def say(self, message: Mapping[str, Any] | str) -> None:
        self.send(TextMessage(data=message if isinstance(message, str) else json.dumps(message)))

    def subscribe(self, **wish: Any) -> None:
        self.say({"type": "subscribe", **wish})

    def send(self, event: Event) -> None:
        self.sock.sendall(self.protocol.send(event))

    def frame(self) -> dict[str, Any]:
        """The next one; fails where the server says its last word instead."""
        frame = self.next()
        assert frame is not None, f"closed: {self.closed}"
        return frame

    def frames(self, count: int) -> list[dict[str, Any]]:
        return [self.frame() for _ in range(count)]

    def next(self) -> dict[str, Any] | None:
        """The next frame; None: the connection has ended."""
        while (text := self._message()) is None:
            if self.closed is not None:
                return None
            if not (data := self._receive()):
                self.closed = (1006, None)
                return None
            self.protocol.receive_data(data)
            self._events.extend(self.protocol.events())
        found: dict[str, Any] = json.loads(text)
        return found

    def end(self) -> tuple[int, str | None]:
        """The server's last word, once all before it was read."""
        while self.next() is not None:
            pass
        assert self.closed is not None
        return self.closed

    def _receive(self) -> bytes:
        try:
            return self.sock.recv(65_536)
        except ConnectionError:
            return b""

    def _message(self) -> str | None:
        while self._events:
            event = self._events.popleft()
            match event:
                case Message():
                    assert isinstance(event.data, str)
                    self._text += event.data
                    if event.message_finished:
                        text, self._text = self._text, ""
                        return text
                case Ping():
                    self.pings += 1
                    if self.answers_pings and self.protocol.state is ConnectionState.OPEN:  # a close may follow at once
                        self.send(event.response())
                case CloseConnection():
                    self.closed = (int(event.code), event.reason)
        return None


def shake_hands(url: str, **headers: str) -> tuple[int, str, socket.socket, bytes]:
    """Ask for a socket: status, head, connection, and what came after the head. `sec_websocket_key` is the header."""
    parts = urlsplit(url)
    sock = socket.create_connection((parts.hostname or "", parts.port or 80), DEADLINE)
    sent = {
        "host": parts.netloc,
        "upgrade": "websocket",
        "connection": "Upgrade",
        "sec-websocket-version": "13",
        "sec-websocket-key": b64encode(os.urandom(16)).decode(),
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"GET {parts.path or '/ws'} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items() if value)]
    sock.sendall("\r\n".join([*lines, "", ""]).encode())
    data = b""
    while b"\r\n\r\n" not in data:
        more = sock.recv(65_536)
        assert more, data
        data += more
    head, _, rest = data.partition(b"\r\n\r\n")
    return int(head.split()[1]), head.decode(), sock, rest


@contextmanager
def listening(url: str, **headers: str) -> Iterator[Listener]:
    """An open socket of a service; raises Refused."""
    status, head, sock, rest = shake_hands(url, **headers)
    with sock:
        if status != 101:
            raise Refused(status, head)
        yield Listener(sock, rest)
