"""What has come on a connection, and where the first request in it ends.

Where a request ends is gunicorn's parser's to say. What is found here only says when it can be asked without waiting
for the client; where the two differ the parser refuses what it was given.
"""

import re
import select
import socket
from contextlib import suppress

from foldline.http.bodies import LONGEST

_MOST = 2 * LONGEST
"""Bytes of a request that are awaited; of more, the first are refused for what they are."""

_MOST_OF_A_LINE = 4_096
_MOST_OF_TRAILERS = 65_536
_PIECE = 65_536
_HEAD_END = b"\r\n\r\n"
_FRAMING = re.compile(rb"\r\n(content-length|transfer-encoding|expect)[ \t]*:[ \t]*([^\r\n]*)", re.IGNORECASE)
_SIZE = re.compile(rb"[0-9a-fA-F]{1,8}")
_GO_AHEAD = b"HTTP/1.1 100 Continue\r\n\r\n"


class Arrivals:
    """The bytes that came on one connection and were not taken yet. For one thread at a time."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._received = bytearray()
        self._request = _Request()
        self._readable = select.poll()
        self._readable.register(sock, select.POLLIN)

    def __len__(self) -> int:
        return len(self._received)

    def come_within(self, milliseconds: int) -> bool:
        """Wait; whether there is something to receive."""
        return bool(self._readable.poll(milliseconds))

    def receive(self) -> bool:
        """Read what is there; whether now one can go on: with a whole request, or because no more will come of it."""
        try:
            data = self._sock.recv(_PIECE)
        except BlockingIOError:
            return False
        except OSError:  # reset
            data = b""
        self._received += data
        return not data or self.is_whole()

    def is_whole(self) -> bool:
        """Whether a request is here as a whole, or what is here can become none."""
        if not self._received:
            return False
        if self._request.is_whole(self._received) or len(self._received) > _MOST:
            return True
        if self._request.asks_to_go_on:
            self._request.asks_to_go_on = False
            with suppress(OSError):
                self._sock.send(_GO_AHEAD)
        return False

    def take(self) -> bytes:
        """The first request; what there is of it, where it is not whole."""
        end = self._request.end or len(self._received)
        request = bytes(self._received[:end])
        del self._received[:end]
        self._request = _Request()
        return request


class _Request:
    """Finds the end of a request while it comes, looking at each byte once."""

    def __init__(self) -> None:
        self.end: int | None = None
        """Where it ends, once that is known and it is here."""
        self.asks_to_go_on = False
        """Whether the client wants a word before it sends the body (RFC 9110, section 10.1.1)."""
        self._looked = 0
        self._body_ends: int | None = None
        self._chunk_at: int | None = None

    def is_whole(self, received: bytearray) -> bool:
        if self._body_ends is None and self._chunk_at is None:
            self._look_for_head(received)
        if self._chunk_at is not None:
            self._look_for_last_chunk(received)
        if self._body_ends is not None and self._body_ends <= len(received):
            self.end = self._body_ends
        return self.end is not None

    def _look_for_head(self, received: bytearray) -> None:
        found = received.find(_HEAD_END, max(0, self._looked - 3))
        self._looked = len(received)
        if found < 0:
            begins = received[:3].lstrip(b"\r\n")
            if begins and not begins[:1].isalpha():  # no request does
                self._refuse(received)
            return
        head = found + len(_HEAD_END)
        self._body_ends = head
        for field, value in _FRAMING.findall(received, 0, head):
            self._read(field.lower(), value.strip(), head)

    def _read(self, field: bytes, value: bytes, head: int) -> None:
        if field == b"expect":
            self.asks_to_go_on = value.lower() == b"100-continue"
        elif field == b"transfer-encoding":
            self._chunk_at, self._body_ends = head, None
        elif value.isdigit() and self._chunk_at is None:
            length = int(value[:20])
            self._body_ends = head + (length if length <= LONGEST else 0)

    def _look_for_last_chunk(self, received: bytearray) -> None:
        """Go from chunk to chunk (RFC 9112, section 7.1)."""
        while (line_end := received.find(b"\r\n", self._chunk_at)) >= 0:
            size = received[self._chunk_at : line_end].partition(b";")[0].strip()
            if not _SIZE.fullmatch(size):
                self._refuse(received)
                return
            if int(size, 16) == 0:
                last = received.find(_HEAD_END, line_end)
                if last >= 0:
                    self._body_ends = last + len(_HEAD_END)
                elif len(received) - line_end > _MOST_OF_TRAILERS:
                    self._refuse(received)
                return
            self._chunk_at = line_end + 2 + int(size, 16) + 2
        if len(received) - (self._chunk_at or 0) > _MOST_OF_A_LINE:
            self._refuse(received)

    def _refuse(self, received: bytearray) -> None:
        """Let the parser see what it will not take."""
        self._body_ends = len(received)
