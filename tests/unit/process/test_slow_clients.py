"""Requests that come slowly, and answers that are taken slowly, seen from the loop."""

import selectors
import socket
from collections.abc import Iterator
from http import HTTPStatus

import pytest

from foldline.process import arriving, sending
from foldline.process.arrivals import Arrivals
from foldline.process.arriving import Arriving
from foldline.process.sending import Sending

HALF = b"POST / HTTP/1.1\r\nContent-Length: 90000\r\n\r\n"


class Connection:
    """Both ends of one."""

    def __init__(self, unsent: bytes = b"") -> None:
        self.sock, self.client = socket.socketpair()
        self.sock.setblocking(False)
        self.arrivals = Arrivals(self.sock)
        self.unsent = bytearray(unsent)


class Loop:
    """A loop, and what it was told."""

    def __init__(self) -> None:
        self.poller = selectors.DefaultSelector()
        self.went_on: list[Connection] = []
        self.refused: list[tuple[Connection, HTTPStatus]] = []
        self.given_up: list[Connection] = []
        self.arriving: Arriving[Connection] = Arriving(
            self.poller, self.went_on.append, lambda connection, status, _: self.refused.append((connection, status))
        )
        self.sending: Sending[Connection] = Sending(self.poller, self.went_on.append, self.given_up.append)
        self.connections: list[Connection] = []

    def connection(self, unsent: bytes = b"") -> Connection:
        self.connections.append(Connection(unsent))
        return self.connections[-1]

    def turn(self) -> None:
        self.arriving.end_overdue()
        self.sending.end_overdue()
        for key, _ in self.poller.select(0):
            key.data(key.fileobj)


@pytest.fixture
def loop() -> Iterator[Loop]:
    loop = Loop()
    yield loop
    loop.poller.close()
    for connection in loop.connections:
        connection.sock.close()
        connection.client.close()


# --- requests ---


def test_a_request_that_came_whole_goes_on_at_once(loop: Loop) -> None:
    connection = loop.connection()
    connection.client.sendall(b"GET / HTTP/1.1\r\n\r\n")
    loop.arriving.receive(connection)
    assert loop.went_on == [connection]


def test_a_request_goes_on_when_the_rest_has_come(loop: Loop) -> None:
    connection = loop.connection()
    connection.client.sendall(b"GET / HTTP/1.1\r\n")
    loop.arriving.receive(connection)
    loop.turn()
    assert loop.went_on == []
    connection.client.sendall(b"\r\n")
    loop.turn()
    assert loop.went_on == [connection]
    assert not loop.poller.get_map()


def test_a_request_that_does_not_come_in_time_is_refused(loop: Loop) -> None:
    connection = loop.connection()
    connection.client.sendall(HALF)
    loop.arriving.receive(connection)
    loop.turn()
    assert loop.refused == []
    loop.arriving.hasten(-1)
    loop.turn()
    assert loop.refused == [(connection, HTTPStatus.REQUEST_TIMEOUT)]
    assert not loop.poller.get_map()


def test_of_more_than_can_be_held_the_latest_is_refused(loop: Loop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arriving, "_MOST_BYTES", 100_000)
    first, second = loop.connection(), loop.connection()
    for connection in (first, second):
        connection.client.sendall(HALF + b"x" * 60_000)
        loop.arriving.receive(connection)
    second.client.sendall(b"x")
    loop.turn()
    assert loop.refused == [(second, HTTPStatus.SERVICE_UNAVAILABLE)]
    first.client.sendall(b"x" * 30_000)
    loop.turn()
    assert loop.went_on == [first]


# --- answers ---


def test_what_a_client_does_not_take_at_once_is_sent_as_it_takes_it(loop: Loop) -> None:
    answer = bytes(range(256)) * 20_000
    connection = loop.connection(answer)
    loop.sending.add(connection)
    taken = b""
    while len(taken) < len(answer):
        loop.turn()
        assert loop.went_on == ([] if connection.unsent else [connection])
        taken += connection.client.recv(1_000_000)
    assert taken == answer
    assert not loop.poller.get_map()


def test_a_client_that_takes_nothing_is_left(loop: Loop) -> None:
    connection = loop.connection(b"x" * 9_000_000)
    loop.sending.add(connection)
    loop.turn()
    assert 0 < len(connection.unsent) < 9_000_000
    loop.sending.hasten(-1)
    loop.turn()
    assert loop.given_up == [connection]
    assert not loop.poller.get_map()


def test_a_client_that_has_gone_is_left(loop: Loop) -> None:
    connection = loop.connection(b"x" * 9_000_000)
    connection.client.close()
    loop.sending.add(connection)
    loop.turn()
    assert loop.given_up == [connection]


def test_of_more_answers_than_can_be_held_the_latest_client_is_left(
    loop: Loop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "_MOST_BYTES", 100_000)
    first, second = loop.connection(b"x" * 200_000), loop.connection(b"x")
    loop.sending.add(first)
    loop.sending.add(second)
    assert loop.given_up == [second]
