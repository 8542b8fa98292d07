"""Clients that send too much, too deep, nonsense, or read nothing, get a clear answer and harm nobody."""

import os
import random
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress

import pytest
from listener import listening, shake_hands
from services import Service, Shop

GET = b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"
LAST = b"GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
LARGE = b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /products HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
MEGABYTE = 2**20


@pytest.fixture(scope="module")
def products(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service with few threads, which all tests of this file share."""
    with closing(Shop(tmp_path_factory.mktemp("hard") / "shop", "sqlite:var/log.db").create_topics()) as shop:
        yield (service := shop.serve("products", threads="16"))
        assert "Traceback" not in service.output()
        service.stop()


@pytest.fixture(autouse=True)
def answers_others_afterwards(products: Service) -> Iterator[None]:
    yield
    check_others_are_served(products)


def check_others_are_served(service: Service) -> None:
    for _ in range(10):
        started = time.monotonic()
        assert service.get("/products").status_code == 200
        assert time.monotonic() - started < 1


def said(connection: socket.socket) -> bytes:
    """All that comes until the other side ends the connection."""
    received = b""
    with suppress(ConnectionError):
        while data := connection.recv(65_536):
            received += data
    return received


def send_as_far_as_taken(connection: socket.socket, data: bytes) -> None:
    with suppress(ConnectionError, TimeoutError):
        connection.sendall(data)


# --- too much ---


def test_a_huge_body_is_refused_before_it_is_sent(products: Service) -> None:
    with products.connection(POST + b"Content-Length: 100000000000\r\n\r\n") as connection:
        assert connection.recv(65_536).startswith(b"HTTP/1.1 413")


def test_a_body_without_end_is_refused(products: Service) -> None:
    with products.connection(POST + b"Transfer-Encoding: chunked\r\n\r\n") as connection:
        for _ in range(8):
            send_as_far_as_taken(connection, b"100000\r\n" + b"x" * MEGABYTE + b"\r\n")
        assert said(connection)[:12] in {b"HTTP/1.1 413", b""}


@pytest.mark.parametrize("text", ["[" * 500_000, '{"a":' * 100_000, "[" * 65 + "]" * 65, "9" * 900_000])
def test_json_that_is_too_deep_or_too_long_is_malformed(products: Service, text: str) -> None:
    assert products.post("/products", text).status_code == 400


@pytest.mark.parametrize(
    "head",
    [
        b"".join(b"X-%d: y\r\n" % number for number in range(5_000)),
        b"X-Long: " + b"y" * MEGABYTE + b"\r\n",
        b"Cookie: " + b"a=b; " * 50_000 + b"\r\n",
    ],
)
def test_a_flood_of_headers_is_refused(products: Service, head: bytes) -> None:
    with products.connection() as connection:
        send_as_far_as_taken(connection, b"GET /products HTTP/1.1\r\nHost: x\r\n" + head + b"\r\n")
        assert said(connection)[:10] in {b"HTTP/1.1 4", b""}


def test_a_path_without_end_is_refused(products: Service) -> None:
    with products.connection() as connection:
        send_as_far_as_taken(connection, b"GET /" + b"a" * MEGABYTE + b" HTTP/1.1\r\nHost: x\r\n\r\n")
        assert said(connection)[:10] in {b"HTTP/1.1 4", b""}


# --- at odd times ---


def test_who_has_said_all_and_shut_its_side_is_answered(products: Service) -> None:
    with products.connection(LAST) as connection:
        connection.shutdown(socket.SHUT_WR)
        assert said(connection).startswith(b"HTTP/1.1 200")


def test_requests_sent_at_once_are_answered_in_order(products: Service) -> None:
    paths = [b"/products/%d" % number for number in range(50)]
    sent = b"".join(b"GET %b HTTP/1.1\r\nHost: x\r\n\r\n" % path for path in paths)
    with products.connection(sent + LAST) as connection:
        answers = said(connection).split(b"HTTP/1.1 ")[1:]
    assert [answer[:3] for answer in answers] == [b"404"] * 50 + [b"200"]
    assert all(b'"id":"%d"' % number in answer for number, answer in enumerate(answers[:-1]))


def test_who_does_not_read_what_it_asked_for_holds_nobody_up(products: Service) -> None:
    with ExitStack() as stack:
        for _ in range(8):
            connection = stack.enter_context(socket.socket())
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.connect(("127.0.0.1", products.port))
            connection.settimeout(1)
            send_as_far_as_taken(connection, LARGE * 400)
        check_others_are_served(products)


def test_a_flood_of_connections_holds_nobody_up(products: Service) -> None:
    with ExitStack() as stack:
        for number in range(400):
            stack.enter_context(products.connection(GET if number % 2 else b""))
        check_others_are_served(products)


# --- nonsense ---


@pytest.mark.parametrize("seed", range(20))
def test_nonsense_is_refused_or_hung_up_on(products: Service, seed: int) -> None:
    noise = random.Random(seed).randbytes(2_000)
    with products.connection() as connection:
        send_as_far_as_taken(connection, noise if seed % 2 else POST + b"Content-Length: 9\r\n" + noise)
        connection.shutdown(socket.SHUT_WR)
        assert said(connection)[:10] in {b"HTTP/1.1 4", b""}


@pytest.mark.parametrize(
    "header", [{"sec_websocket_key": "short"}, {"sec_websocket_version": "12"}, {"sec_websocket_key": ""}]
)
def test_a_handshake_that_is_none_is_refused(products: Service, header: dict[str, str]) -> None:
    status, _, connection, _ = shake_hands(f"{products.url}/ws", **header)
    with connection:
        assert status in {400, 426}


def test_nonsense_on_a_socket_ends_it_and_no_other(products: Service) -> None:
    url = f"{products.url}/ws"
    with listening(url) as other:
        assert other.frame()["type"] == "ready"
        for text in ("{", r'{"type": "subscribe", "topics": ["\ud800"]}', '{"type": "subscribe", "topics": [1]}'):
            with listening(url) as client:
                client.say(text)
                assert client.end()[0] == 1007
        for junk in (os.urandom(5_000), b"\x81\xff" + b"\xff" * 12, b"\x83\x80\0\0\0\0", b"\x88\x82\0\0\0\0\x03\xe7"):
            with listening(url) as client:
                client.sock.sendall(junk)
                client.sock.shutdown(socket.SHUT_WR)
                said(client.sock)
        created = products.post("/products", {"name": "Tea", "price": 1}).json()["id"]
        assert other.frame()["id"] == created
