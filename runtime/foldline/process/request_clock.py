"""Slow clients: a request that does not come whole within its time is ended, so that it holds no thread."""

import math
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

REQUEST_SECONDS = 10.0
"""From the first byte of a request to the last of its body."""


class RequestClock:
    """Knows which requests are still being read, and since when. Safe to use from many threads."""

    def __init__(self, seconds: float = REQUEST_SECONDS) -> None:
        self._seconds = seconds
        self._deadlines: dict[socket.socket, float] = {}
        self._lock = threading.Lock()

    @contextmanager
    def reading(self, sock: socket.socket) -> Iterator[None]:
        """A request is read from here on, at the latest until the end of the block."""
        with self._lock:
            self._deadlines[sock] = time.monotonic() + self._seconds
        try:
            yield
        finally:
            self._read_whole(sock)

    def head_has_come(self, sock: socket.socket, request: Any) -> None:
        """The request's head is here (gunicorn's request); the clock stops once its body is, too."""
        length = next((int(value) for name, value in request.headers if name == "CONTENT-LENGTH"), None)
        chunked = any(name == "TRANSFER-ENCODING" for name, _ in request.headers)
        if not length and not chunked:
            self._read_whole(sock)
        else:
            request.body = _TimedBody(request.body, length, lambda: self._read_whole(sock))

    def end_overdue(self) -> None:
        """End connections whose request is overdue: what waits for their bytes wakes, and closes them."""
        self._end(time.monotonic())

    def end_all(self) -> None:
        """End every connection whose request has not come whole."""
        self._end(math.inf)

    def _end(self, before: float) -> None:
        with self._lock:
            overdue = [sock for sock, deadline in self._deadlines.items() if deadline < before]
        for sock in overdue:
            self._read_whole(sock)
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def _read_whole(self, sock: socket.socket) -> None:
        with self._lock:
            self._deadlines.pop(sock, None)


class _TimedBody:
    """A request's body that tells when its last byte was read."""

    def __init__(self, body: Any, length: int | None, done: Callable[[], None]) -> None:
        self._body = body
        self._left = length
        self._done = done

    def read(self, size: int | None = None) -> bytes:
        data: bytes = self._body.read(size)
        if self._left is not None:
            self._left -= len(data)
        if not data or self._left == 0:
            self._done()
        return data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._body, name)
