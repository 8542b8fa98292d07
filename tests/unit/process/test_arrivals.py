"""When a request is here as a whole, however it comes."""

import socket
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foldline.http.bodies import LONGEST
from foldline.process.arrivals import Arrivals

GET = b"GET /products HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /products HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = b"POST /products HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\nLast: z\r\n\r\n"
ASKING = b"POST /products HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"


class Wire:
    """A client, and what arrives of what it sends."""

    def __init__(self) -> None:
        self.client, self.server = socket.socketpair()
        self.server.setblocking(False)
        self.arrivals = Arrivals(self.server)

    def sends(self, data: bytes) -> bool:
        """Whether one can go on afterwards."""
        self.client.sendall(data)
        return self.arrivals.receive()

    def close(self) -> None:
        self.client.close()
        self.server.close()


@pytest.fixture
def wire() -> Iterator[Wire]:
    with closing(Wire()) as wire:
        yield wire


@pytest.mark.parametrize("request_", [GET, POST, CHUNKED])
def test_a_request_is_whole_with_its_last_byte(wire: Wire, request_: bytes) -> None:
    assert not any(wire.sends(request_[at : at + 1]) for at in range(len(request_) - 1))
    assert wire.sends(request_[-1:])
    assert wire.arrivals.take() == request_
    assert not wire.arrivals.is_whole()


def test_nothing_is_not_a_request(wire: Wire) -> None:
    assert not wire.arrivals.receive()
    assert not wire.arrivals.is_whole()


def test_requests_that_came_at_once_are_taken_one_by_one(wire: Wire) -> None:
    assert wire.sends(GET + CHUNKED + POST + GET[:9])
    assert [wire.arrivals.take() for _ in range(3) if wire.arrivals.is_whole()] == [GET, CHUNKED, POST]
    assert not wire.arrivals.is_whole()
    assert wire.sends(GET[9:])
    assert wire.arrivals.take() == GET


def test_one_can_go_on_when_the_client_has_gone(wire: Wire) -> None:
    assert not wire.sends(POST[:-2])
    wire.client.close()
    assert wire.arrivals.receive()
    assert not wire.arrivals.is_whole()
    assert wire.arrivals.take() == POST[:-2]


def test_who_asks_is_told_once_to_send_its_body(wire: Wire) -> None:
    assert not wire.sends(ASKING)
    assert wire.client.recv(99) == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert not wire.sends(b"hel")
    assert wire.sends(b"lo")
    wire.client.setblocking(False)
    with pytest.raises(BlockingIOError):
        wire.client.recv(99)


def test_who_sends_its_body_at_once_is_not_told(wire: Wire) -> None:
    assert wire.sends(ASKING + b"hello")
    wire.client.setblocking(False)
    with pytest.raises(BlockingIOError):
        wire.client.recv(99)


@pytest.mark.parametrize(
    "refused",
    [
        b"\x16\x03\x01",  # a TLS handshake
        b"POST / HTTP/1.1\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n" % (LONGEST + 1),
        b"POST / HTTP/1.1\r\nContent-Length: %s\r\n\r\n" % (b"9" * 5_000),
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nno size\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1" * 5_000,
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + b"x" * 60_000,
    ],
)
def test_what_will_be_refused_is_not_awaited(wire: Wire, refused: bytes) -> None:
    wire.sends(refused)
    assert wire.sends(b"x" * 6_000) or wire.arrivals.is_whole()
    assert wire.arrivals.take().startswith(refused)


def test_a_head_without_end_is_awaited_no_longer_than_twice_the_longest_body(wire: Wire) -> None:
    wire.sends(b"GET / HTTP/1.1\r\nX: ")
    pieces = 0
    while not wire.sends(b"x" * 60_000):
        pieces += 1
    assert pieces == 2 * LONGEST // 60_000


@given(st.lists(st.sampled_from([GET, POST, CHUNKED]), min_size=1, max_size=5), st.data())
def test_requests_are_the_same_however_they_are_cut(requests: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(requests)
    cuts = sorted(data.draw(st.sets(st.integers(1, len(stream) - 1), max_size=20)))
    with closing(Wire()) as wire:
        taken = []
        for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
            wire.sends(stream[start:end])
            while wire.arrivals.is_whole():
                taken.append(wire.arrivals.take())
    assert taken == requests


@given(st.lists(st.binary(min_size=1, max_size=40) | st.sampled_from([GET, POST, CHUNKED, ASKING, b"\r\n", b"0\r\n"])))
def test_of_any_bytes_each_is_taken_once(pieces: list[bytes]) -> None:
    with closing(Wire()) as wire:
        taken = b""
        for piece in pieces:
            wire.sends(piece)
            while wire.arrivals.is_whole():
                taken += wire.arrivals.take()
        taken += wire.arrivals.take()
    assert taken == b"".join(pieces)
