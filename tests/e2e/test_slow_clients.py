"""Clients that say little, or slowly, or do not go, hold nobody else up."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress

import pytest
from services import Service, Shop, eventually

HALF_A_HEAD = b"GET /products HTTP/1.1\r\nHost: "
HALF_A_BODY = (
    b'POST /products HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"name'
)
HALF_A_CHUNK = HALF_A_BODY.replace(b"Content-Length: 99\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n99\r\n")
LARGE = b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n"
THE_LAST = b"GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


@pytest.fixture
def alone(shop: Shop) -> Service:
    return shop.serve("products", threads="16")


def seconds_of_a_get(service: Service) -> float:
    started = time.monotonic()
    assert service.get("/products").status_code == 200
    return time.monotonic() - started


def test_half_sent_requests_hold_nobody_up_and_are_ended(alone: Service) -> None:
    more_than_threads = (HALF_A_HEAD, HALF_A_BODY, HALF_A_CHUNK) * 20
    with ExitStack() as stack:
        started = time.monotonic()
        half = [stack.enter_context(alone.connection(sent)) for sent in more_than_threads]
        assert max(seconds_of_a_get(alone) for _ in range(20)) < 1
        assert alone.post("/products", {"name": "Tea", "price": 1}).status_code == 201
        for connection in half:
            answer = until_ended(connection)
            assert answer.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
            assert b'"type":"urn:foldline:problem:request-timeout"' in answer
            assert 9 < time.monotonic() - started < 13
    assert "Traceback" not in alone.output()


def test_a_half_sent_request_does_not_hold_up_the_end_of_a_service(alone: Service) -> None:
    with alone.connection(HALF_A_BODY) as connection:
        alone.get("/livez")
        alone.terminate()
        assert until_ended(connection).startswith(b"HTTP/1.1 408")
    assert alone.wait_ended() == 0


def test_who_asks_before_it_sends_a_body_is_told_to(alone: Service) -> None:
    with alone.connection(HALF_A_BODY.replace(b"\r\n\r\n{", b"\r\nExpect: 100-continue\r\n\r\n{")) as connection:
        assert connection.recv(65_536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b'": "Tea", "price": 1.50}'.ljust(99 - len(b'{"name')))
        assert connection.recv(65_536).startswith(b"HTTP/1.1 201")


def until_ended(connection: socket.socket) -> bytes:
    """What comes until the other side has ended the connection."""
    received = b""
    try:
        while data := connection.recv(65_536):
            received += data
    except ConnectionResetError:
        pass
    return received


def test_idle_connections_hold_nobody_up(alone: Service) -> None:
    with ExitStack() as stack:
        for _ in range(80):
            stack.enter_context(alone.connection())
        assert max(seconds_of_a_get(alone) for _ in range(20)) < 1


def test_clients_that_do_not_go_hold_nobody_up(alone: Service) -> None:
    with ExitStack() as stack:
        staying = [stack.enter_context(alone.connection(THE_LAST)) for _ in range(8)]
        assert max(seconds_of_a_get(alone) for _ in range(20)) < 1
        for connection in staying:
            assert until_ended(connection).startswith(b"HTTP/1.1 200")


def test_a_request_may_come_in_pieces(alone: Service) -> None:
    body = b'{"name": "Tea", "price": 1.50}'
    head = b"POST /products HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    with alone.connection() as connection:
        for byte in head % len(body) + body:
            connection.sendall(bytes([byte]))
        connection.sendall(THE_LAST)
        answers = until_ended(connection)
    assert answers.startswith(b"HTTP/1.1 201")
    assert b'"price":1.50}HTTP/1.1 200' in answers


def test_clients_that_do_not_read_hold_nobody_up(alone: Service) -> None:
    with ExitStack() as stack:
        for _ in range(40):
            connection = stack.enter_context(little_taking(alone))
            with suppress(TimeoutError):
                connection.sendall(LARGE * 400)
        eventually(lambda: seconds_of_a_get(alone) < 0.5)  # it has work until nobody takes more
        assert max(seconds_of_a_get(alone) for _ in range(20)) < 1
        assert alone.post("/products", {"name": "Tea", "price": 1}).status_code == 201


def test_a_client_that_reads_slowly_gets_all(alone: Service) -> None:
    with little_taking(alone) as connection, ThreadPoolExecutor(1) as pool:
        connection.settimeout(30)
        sending = pool.submit(connection.sendall, LARGE * 300 + THE_LAST)
        received = until_ended(connection)
        sending.result()
    assert received.count(b"HTTP/1.1 200 OK\r\n") == 301
    assert received.count(b'"openapi"') == 300


def little_taking(service: Service) -> socket.socket:
    """A connection of which the client's side holds little that it has not read yet."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.settimeout(0.5)
    connection.connect(("127.0.0.1", service.port))
    return connection


def test_no_more_than_half_of_the_threads_wait(shop: Shop) -> None:
    products = shop.serve("products", threads="8")
    never = f"{shop.topic('products')}-0@99999999"
    with ThreadPoolExecutor(6) as pool:
        sent = [pool.submit(products.get, "/products", log_position=never, prefer="wait=3") for _ in range(6)]
        eventually(lambda: sum(answer.done() for answer in sent) == 2, 2.5)
        assert max(seconds_of_a_get(products) for _ in range(20)) < 1
        answers = [answer.result() for answer in sent]
    assert sorted(answer.status_code for answer in answers) == [409] * 4 + [503] * 2
    assert {answer.headers["Retry-After"] for answer in answers if answer.status_code == 503} == {"1"}
