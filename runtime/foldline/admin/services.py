"""Asks running services once each: who looks after them wants to know how they are, not to wait until they are well."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple
from urllib.parse import urlencode

from foldline.client.over_http import OverHttp
from foldline.client.problems import error_of, not_reached
from foldline.client.transport import Answer, NotJson, Request, Transport
from foldline.errors import ConnectionFailed, FoldlineError, NotFound, Unauthorized
from foldline.nearest import nearest
from foldline.settings import Settings
from foldline.topology import Topology

PATIENCE = 3.0
"""Seconds that a service may take to answer."""


def urls_of(topology: Topology, settings: Settings) -> dict[str, str]:
    """Where each service is, by name."""
    return {name: settings.urls.get(name, service.url) for name, service in topology.services.items()}


def check_service(topology: Topology, name: str) -> None:
    """Raise NotFound, with the nearest name, for a service that topics.yaml does not have."""
    if name not in topology.services:
        raise NotFound(f"topics.yaml has no service {name}{nearest(name, topology.services)}")


Status = Mapping[str, Any]
"""A service at one moment, as its `/-/status` has it."""


class Question(NamedTuple):
    """One request to a service."""

    service: str
    path: str
    method: str = "GET"
    query: Mapping[str, Any] = {}
    headers: Mapping[str, str] = {}
    body: bytes | None = None


class Services:
    """The services of an application, as their operator reaches them."""

    def __init__(self, urls: Mapping[str, str], token: str | None, transport: Transport | None = None) -> None:
        self.urls = urls
        access = {} if token is None else {"Authorization": f"Bearer {token}"}
        self._headers = {"Accept": "application/json", "Content-Type": "application/json", **access}
        self._transport = transport or OverHttp()

    @classmethod
    def of(cls, topology: Topology, settings: Settings) -> "Services":
        """Those of topics.yaml, where the settings say that they are."""
        return cls(urls_of(topology, settings), settings.first_token)

    def ask(self, question: Question, timeout: float = PATIENCE) -> Answer:
        """Send one request; raises ConnectionFailed, and the error that an answer of 400 or more means."""
        service, url = question.service, self.urls[question.service]
        request = Request(
            question.method,
            url + question.path + (f"?{urlencode(question.query)}" if question.query else ""),
            {**self._headers, **question.headers},
            question.body,
        )
        try:
            answer = self._transport.send(request, timeout)
        except ConnectionFailed as error:
            raise not_reached(service, request.url, error) from error
        if answer.status >= 400:
            raise _spelled_as_sent(error_of(answer, f"{request.method} {request.url}"), service)
        return answer

    def statuses(self) -> dict[str, Status | FoldlineError]:
        """What each says of itself at `/-/status`, or why it says nothing; all are asked at once."""
        with ThreadPoolExecutor(max(1, len(self.urls))) as pool:
            return dict(zip(self.urls, pool.map(self._status, self.urls), strict=True))

    def close(self) -> None:
        """Let go of all connections."""
        self._transport.close()

    def _status(self, service: str) -> Status | FoldlineError:
        try:
            status = self.ask(Question(service, "/-/status")).json()
        except NotJson:
            status = None
        except FoldlineError as error:
            return error
        if isinstance(status, dict) and status.get("service") == service:
            return status
        return ConnectionFailed(f"what answers at {self.urls[service]} is not {service}")


def _spelled_as_sent(error: FoldlineError, service: str) -> FoldlineError:
    """The error with fields named as the wire names them, and with what an operator can do."""
    by_field = error.details.get("errors")
    if isinstance(error, Unauthorized) and error.details.get("status") == 401:
        return Unauthorized(f"{service} asks for a token: set FOLDLINE_TOKEN, or FOLDLINE_TOKEN_FILE")
    if isinstance(by_field, Mapping) and by_field:
        return type(error).told("; ".join(_lines(by_field)), error.details)
    return error


def _lines(by_field: Mapping[str, Any], within: str = "") -> list[str]:
    lines = []
    for name, wrong in by_field.items():
        if isinstance(wrong, Mapping):
            lines += _lines(wrong, f"{within}{name}.")
        else:
            lines.append(f"{within}{name}: {' '.join(map(str, wrong)) if isinstance(wrong, list) else wrong}")
    return lines
