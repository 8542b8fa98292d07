"""How a client reaches services: the port, of which tests have one of their own."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol
from urllib.parse import parse_qs, urlsplit

from foldline import jsontext
from foldline.errors import Unreadable

_NEXT = re.compile(r'<([^<>]*)>\s*;\s*rel="?next"?')


class NotJson(Unreadable, ValueError):
    """The answer is not JSON."""


class Request(NamedTuple):
    """One HTTP request, ready to be sent."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = None


class Answer(NamedTuple):
    """What was answered to it."""

    status: int
    headers: Mapping[str, str]
    """Whatever the case of a name."""
    body: bytes

    def json(self) -> Any:
        """The body, decoded; None: there is none. Raises NotJson."""
        try:
            return jsontext.decode(self.body) if self.body else None
        except ValueError as error:
            raise NotJson(f"the answer is not JSON: {error}") from None

    @property
    def after(self) -> str | None:
        """What to give as `after` for the next page of a list, as its Link says; None: it ends here."""
        link = _NEXT.search(self.headers.get("Link", ""))
        given = parse_qs(urlsplit(link[1]).query) if link else {}
        return given["after"][0] if "after" in given else None


class Socket(Protocol):
    """An open WebSocket."""

    def send(self, text: str) -> None:
        """Say something; raises ConnectionFailed."""

    def receive(self) -> str:
        """The next message; raises ConnectionFailed where it ends, with the close `code`, if any, in its details."""

    def close(self) -> None:
        """End it, from any thread."""


class Transport(Protocol):
    """HTTP and WebSockets. Any thread may use it."""

    def send(self, request: Request, timeout: float) -> Answer:
        """Send it, and give the answer whatever its status. `timeout` in seconds.

        Raises ConnectionFailed; `sent` False in its details says that the service cannot have got the request.
        """

    def listen(self, url: str, headers: Mapping[str, str], timeout: float) -> Socket:
        """Open a WebSocket; raises ConnectionFailed, or what the answer means that refused it."""

    def close(self) -> None:
        """Let go of all connections."""
