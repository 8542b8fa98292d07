"""Answers as bytes. gunicorn's is sent in one piece: the head goes out together with what comes first of the body."""

import socket
import time
from contextlib import suppress
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from gunicorn.http.wsgi import Response

from foldline import jsontext
from foldline.http.problems import PROBLEM, slug_of, type_of


class WholeResponse(Response):  # type: ignore[misc]
    """One write, one packet, for an answer that is there as a whole; it waits for no client."""

    headers_sent: bool
    _held = b""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.unsent = bytearray()
        """What the client did not take."""

    def send_headers(self) -> None:
        """Make the head; it waits for the body's first piece."""
        if not self.headers_sent:
            fields = [*self.default_headers(), *(f"{name}: {value}\r\n" for name, value in self.headers), "\r\n"]
            self._held = "".join(fields).encode("latin-1")
            self.headers_sent = True

    def default_headers(self) -> list[str]:
        """What gunicorn says of every answer; the date is made once a second."""
        connection = "upgrade" if self.upgrade else "close" if self.should_close() else "keep-alive"
        major, minor = self.req.version
        headers = [
            f"HTTP/{major}.{minor} {self.status}\r\n",
            f"Server: {self.version}\r\n",
            f"Date: {_date(int(time.time()))}\r\n",
            f"Connection: {connection}\r\n",
        ]
        return [*headers, "Transfer-Encoding: chunked\r\n"] if self.chunked else headers

    def close(self) -> None:
        """Send what waits, and the end of a body in chunks."""
        self.send_headers()
        self._send(b"0\r\n\r\n" if self.chunked else b"")

    def _emit_body(self, data: bytes) -> None:
        self._send(b"%X\r\n%b\r\n" % (len(data), data) if self.chunked else data)

    def _send(self, data: bytes) -> None:
        """Send what waits and this, as far as the client takes it now."""
        data, self._held = self._held + data, b""
        if data and not self.unsent:
            with suppress(BlockingIOError):
                data = data[self.sock.send(data, socket.MSG_DONTWAIT) :]
        self.unsent += data


@lru_cache(maxsize=1)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)


def refusal(status: HTTPStatus, detail: str) -> bytes:
    """The whole answer to a request that no application sees; the connection ends with it."""
    said = {"type": type_of(slug_of(status.phrase)), "title": status.phrase, "status": status, "detail": detail}
    body = jsontext.encode(said)
    head = f"HTTP/1.1 {status} {status.phrase}\r\nConnection: close\r\nContent-Type: {PROBLEM}\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
