"""Transports of the client's: services in this process, and answers that a test has made up."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from requests.structures import CaseInsensitiveDict

from foldline import jsontext
from foldline.client.transport import Answer, Request, Socket
from foldline.errors import ConnectionFailed, FoldlineError
from foldline.testing import Running

PROBLEM = "urn:foldline:problem:"


class InProcess:
    """Asks services that run in this process; `http://products` is products. Keeps what was sent."""

    def __init__(self, application: Running) -> None:
        self.sent: list[Request] = []
        self._application = application

    def send(self, request: Request, timeout: float) -> Answer:
        self.sent.append(request)
        parts = urlsplit(request.url)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        with self._application[parts.netloc].open(
            path, method=request.method, headers=dict(request.headers), data=request.body
        ) as answer:
            return Answer(answer.status_code, CaseInsensitiveDict(answer.headers), answer.data)

    def listen(self, url: str, headers: Mapping[str, str], timeout: float) -> Socket:
        raise ConnectionFailed("there are no sockets in this process")

    def close(self) -> None:
        pass


class Scripted:
    """Gives the next of these answers, or raises it, or asks it; keeps what was sent, and how long that might take."""

    def __init__(self, *answers: Answer | FoldlineError | Callable[[Request], Answer]) -> None:
        self.answers = deque(answers)
        self.sent: list[Request] = []
        self.timeouts: list[float] = []
        self.sockets: deque[Socket | FoldlineError] = deque()

    def send(self, request: Request, timeout: float) -> Answer:
        self.sent.append(request)
        self.timeouts.append(timeout)
        match self.answers.popleft():
            case FoldlineError() as error:
                raise error
            case Answer() as answer:
                return answer
            case ask:
                return ask(request)

    def listen(self, url: str, headers: Mapping[str, str], timeout: float) -> Socket:
        match self.sockets.popleft():
            case FoldlineError() as error:
                raise error
            case socket:
                return socket

    def close(self) -> None:
        pass


class FakeSocket:
    """Says these messages, a text as it is, and then that it was closed with this code."""

    def __init__(self, *messages: Mapping[str, Any] | str, code: int | None = 1012) -> None:
        self.heard: list[Any] = []
        self.closed = False
        self._messages = deque(messages)
        self._code = code

    def send(self, text: str) -> None:
        self.heard.append(jsontext.decode(text))

    def receive(self) -> str:
        if self.closed or not self._messages:
            raise ConnectionFailed("closed", **({} if self.closed or self._code is None else {"code": self._code}))
        message = self._messages.popleft()
        return message if isinstance(message, str) else jsontext.encode(message).decode()

    def close(self) -> None:
        self.closed = True


def ok(body: Any = None, status: int = 200, **headers: str) -> Answer:
    """An answer of success; `log_position` is the header Log-Position."""
    return Answer(status, _headers(headers), b"" if body is None else jsontext.encode(body))


def problem(status: int, slug: str, detail: str = "It went wrong.", /, **members: Any) -> Answer:
    """A problem, as services answer it; `retry_after` is the header."""
    after = {"retry_after": str(members.pop("retry_after"))} if "retry_after" in members else {}
    body = {"type": PROBLEM + slug, "title": "", "status": status, "detail": detail, "requestId": "r1", **members}
    return Answer(status, _headers(after), jsontext.encode(body))


def headers(requests: Iterable[Request], name: str) -> list[str | None]:
    """One header of all of these."""
    return [request.headers.get(name) for request in requests]


def _headers(given: Mapping[str, str]) -> dict[str, str]:
    return {{"etag": "ETag"}.get(name, name.replace("_", "-").title()): value for name, value in given.items()}
