"""A server for tests of clients: it says the same to everybody."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


class Listening(NamedTuple):
    """A server on this machine, or a proxy."""

    url: str
    heard: list[str]
    """What it was sent, a request each."""


@contextmanager
def saying(answer: bytes = OK, tls: ssl.SSLContext | None = None) -> Iterator[Listening]:
    """A server that keeps each request, says this, and hangs up."""
    heard: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with suppress(OSError), tls.wrap_socket(connection, server_side=True) if tls else connection as open_:
                    heard.append(open_.recv(65_536).decode())
                    open_.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield Listening(f"{'https' if tls else 'http'}://127.0.0.1:{listening.getsockname()[1]}", heard)
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()
