"""Fuzz target: what comes on a connection, any bytes, in any pieces."""

import socket
from contextlib import suppress

from gunicorn.config import Config
from gunicorn.http.errors import NoMoreData, ParseException
from gunicorn.http.parser import RequestParser

from foldline.process.arrivals import Arrivals

_GET = b"GET /products?limit=1 HTTP/1.1\r\nHost: x\r\n\r\n"
_POST = b"POST /products HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello"
_CHUNKED = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\nLast: z\r\n\r\n"
SEEDS = [_GET, _POST, _CHUNKED, _GET + _CHUNKED + _POST, _GET.replace(b"1.1", b"1.0"), b"\x16\x03\x01"]

_CONFIG = Config()


def judge(data: bytes) -> None:
    """Raise unless each byte is taken once, and what is taken as a whole request is one to the parser, or refused."""
    ours, theirs = socket.socketpair()
    theirs.setblocking(False)
    with ours, theirs:
        arrivals = Arrivals(theirs)
        taken = b""
        for piece in (data[: len(data) // 2], data[len(data) // 2 :]):
            ours.sendall(piece)
            if piece:
                arrivals.receive()
            while arrivals.is_whole():
                request = arrivals.take()
                taken += request
                _check(request)
        assert taken + arrivals.take() == data


def _check(request: bytes) -> None:
    parser = RequestParser(_CONFIG, (request,), ("127.0.0.1", 1))
    with suppress(ParseException, NoMoreData, StopIteration):
        next(parser)
        if parser.finish_body():
            left = parser.unreader.buf.getvalue()
            assert not left, f"the parser leaves {left!r} of {request!r}"
