"""The transport that reaches real services."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from http.cookiejar import DefaultCookiePolicy
from socket import SHUT_RDWR
from typing import NoReturn
from urllib.parse import urlsplit

import requests
import websocket
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from foldline.client.problems import error_of
from foldline.client.route import Route, route_to
from foldline.client.transport import Answer, Request, Socket
from foldline.errors import ConnectionFailed

_CONNECTIONS = 64
"""Kept open at most, to each service."""
_NOT_CONNECTED = (NewConnectionError, ConnectTimeoutError, ConnectionRefusedError)
_SILENCE = 60.0
"""Seconds after which a socket is dead: services ping every 25."""


class OverHttp:
    """HTTP by requests, WebSockets by websocket-client. Of the environment, what makes a `Route` is used."""

    def __init__(self) -> None:
        self._session = requests.Session()
        self._session.trust_env = False  # it would put a password of ~/.netrc in the token's place
        self._routes: dict[str, Route] = {}
        """By scheme and host: the environment is asked once."""
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))  # threads share it: nothing to share
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(pool_maxsize=_CONNECTIONS))

    def send(self, request: Request, timeout: float) -> Answer:
        """See Transport."""
        route = self._route(request.url)
        try:
            answer = self._session.request(
                request.method,
                request.url,
                data=request.body,
                headers=dict(request.headers),
                timeout=timeout,
                allow_redirects=False,
                proxies={"all": route.proxy} if route.proxy else None,
                verify=route.authorities,
            )
        except requests.RequestException as error:
            _failed(route.described(request.url), error, sent=not _was_not_connected(error))
        return Answer(answer.status_code, answer.headers, answer.content)

    def listen(self, url: str, headers: Mapping[str, str], timeout: float) -> Socket:
        """See Transport."""
        sent = [f"{name}: {value}" for name, value in headers.items()]
        route = self._route(url)
        try:
            connection = websocket.create_connection(
                url.replace("http", "ws", 1), timeout=timeout, header=sent, suppress_origin=True, **route.for_sockets()
            )
        except websocket.WebSocketBadStatusException as error:
            answer = Answer(error.status_code, CaseInsensitiveDict(error.resp_headers), error.resp_body or b"")
            raise error_of(answer, f"GET {url}") from error
        except (websocket.WebSocketException, OSError) as error:
            _failed(route.described(url), error, sent=not _was_not_connected(error))
        connection.settimeout(_SILENCE)
        return OpenSocket(url, connection)

    def close(self) -> None:
        """See Transport."""
        self._session.close()

    def _route(self, url: str) -> Route:
        parts = urlsplit(url)
        place = f"{parts.scheme}://{parts.netloc}"
        if place not in self._routes:
            self._routes[place] = route_to(place)
        return self._routes[place]


class OpenSocket:
    """A WebSocket; pings are answered while somebody receives."""

    def __init__(self, url: str, connection: websocket.WebSocket) -> None:
        self._url, self._connection = url, connection

    def send(self, text: str) -> None:
        """See Socket."""
        try:
            self._connection.send(text)
        except (websocket.WebSocketException, OSError) as error:
            _failed(self._url, error)

    def receive(self) -> str:
        """See Socket."""
        try:
            kind, data = self._connection.recv_data()
        except (websocket.WebSocketException, OSError) as error:
            _failed(self._url, error)
        if kind == websocket.ABNF.OPCODE_CLOSE:
            raise ConnectionFailed(
                f"{self._url} closed: {data[2:].decode(errors='replace')}", code=int.from_bytes(data[:2])
            )
        return str(data.decode(errors="replace"))

    def close(self) -> None:
        """See Socket."""
        with suppress(OSError):
            if self._connection.sock is not None:
                self._connection.sock.shutdown(SHUT_RDWR)  # wakes a thread that waits; closing alone would not
        self._connection.shutdown()  # type: ignore[no-untyped-call]


def _failed(url: str, error: Exception, **details: bool) -> NoReturn:
    *_, cause = _causes(error)
    reason = getattr(cause, "strerror", None) or str(cause) or type(cause).__name__
    raise ConnectionFailed(f"{url}: {reason}", **details) from error


def _was_not_connected(error: Exception) -> bool:
    return any(isinstance(cause, _NOT_CONNECTED) for cause in _causes(error))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__context__
