"""Asks the other services, as their operator."""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

_PATIENCE = 3.0
"""Seconds that a service may take to answer."""


class Unreachable(Exception):
    """A service did not answer."""


class Answer(NamedTuple):
    """What a service answered."""

    status: int
    body: Any
    """Decoded JSON; None: there was no body."""


class Services:
    """The shop's services, by name."""

    def __init__(self, urls: Mapping[str, str], token: str | None) -> None:
        self.urls = dict(urls)
        self._headers = {"Accept": "application/json", "Content-Type": "application/json"}
        if token is not None:
            self._headers["Authorization"] = f"Bearer {token}"
        self._opener = build_opener(ProxyHandler({}))  # services are near; a proxy is for what is far

    def ask(self, service: str, path: str, *, method: str = "GET", **query: str) -> Answer:
        """Send one request, whatever the answer's status; raises Unreachable."""
        url = f"{self.urls[service]}{path}{'?' + urlencode(query) if query else ''}"
        try:
            with self._opener.open(Request(url, method=method, headers=self._headers), timeout=_PATIENCE) as sent:  # noqa: S310 - URLs are the operator's
                return Answer(sent.status, _decoded(sent.read()))
        except HTTPError as refused:
            with refused:
                return Answer(refused.code, _decoded(refused.read()))
        except (URLError, OSError, ValueError) as error:
            raise Unreachable(f"{service} at {self.urls[service]}: {getattr(error, 'reason', error)}") from error

    def ask_all(self, path: str) -> dict[str, Answer | Unreachable]:
        """Ask every service at once."""
        with ThreadPoolExecutor(max(1, len(self.urls))) as pool:
            return dict(zip(self.urls, pool.map(lambda name: self._try(name, path), self.urls), strict=True))

    def _try(self, service: str, path: str) -> Answer | Unreachable:
        try:
            return self.ask(service, path)
        except Unreachable as error:
            return error


def _decoded(raw: bytes) -> Any:
    return json.loads(raw) if raw else None
