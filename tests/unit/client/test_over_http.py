"""What a broken connection says of the request that was sent on it."""

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from one_answer import saying

from foldline.client.over_http import OverHttp
from foldline.client.retrying import Retrying
from foldline.client.services import Call, Services
from foldline.errors import ConnectionFailed, UnknownOutcome

WRITE, READ = Call("bank", "POST", "/accounts", body=b"{}"), Call("bank", "GET", "/accounts")


@contextmanager
def bank(url: str) -> Iterator[Services]:
    with closing(Services({"bank": url}, OverHttp(), Retrying(5, 1, sleep=lambda _: None))) as services:
        yield services


@pytest.mark.parametrize("begun", [b"", b"HTTP/1.1 201 CREATED\r\nContent-Length: 10\r\n\r\n{"])
def test_a_write_whose_answer_broke_off_may_have_taken_place(begun: bytes) -> None:
    with saying(begun) as broken, bank(broken.url) as services:
        with pytest.raises(UnknownOutcome, match="it may be written all the same"):
            services.call(WRITE)
        with pytest.raises(ConnectionFailed, match=r"^bank cannot be reached at http"):
            services.call(READ)


def test_a_write_that_found_nobody_has_not_taken_place() -> None:
    with bank("http://127.0.0.1:1") as services, pytest.raises(ConnectionFailed, match="Connection refused"):
        services.call(WRITE)


def test_an_answer_that_comes_too_late_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, closing(OverHttp()) as transport:
        services = Services({"bank": f"http://127.0.0.1:{silent.getsockname()[1]}"}, transport, Retrying(0.2, 0))
        with pytest.raises(UnknownOutcome, match="timed out"):
            services.call(WRITE)


def test_no_cookie_is_kept() -> None:
    answer = b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n"
    with saying(answer) as polite, closing(OverHttp()) as transport:
        Services({"bank": polite.url}, transport, Retrying(5, 1)).call(READ)
        assert list(transport._session.cookies) == []
