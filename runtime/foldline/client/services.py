"""Speak to services: each request with what every request carries, tried again where that is safe."""

import logging
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple
from urllib.parse import urlencode

from foldline.client.positions import Positions
from foldline.client.problems import error_of, not_reached
from foldline.client.retrying import Retrying
from foldline.client.transport import Answer, Request, Socket, Transport
from foldline.errors import ConnectionFailed, NotFound, UnknownPosition
from foldline.nearest import nearest

_log = logging.getLogger("foldline.client")

_WAIT = 2
"""Seconds that a service may take to come to what this client has seen, before it is asked again."""


class Call(NamedTuple):
    """What to ask of a service."""

    service: str
    method: str
    path: str
    query: Mapping[str, str | list[str]] = {}
    body: bytes | None = None
    if_match: str | None = None


class Services:
    """The services of one application, as one client sees them. Any thread may use it."""

    def __init__(
        self, urls: Mapping[str, str], transport: Transport, retrying: Retrying, token: str | None = None
    ) -> None:
        self.urls = urls
        self.positions = Positions()
        self._transport = transport
        self._retrying = retrying
        self._always = {} if token is None else {"Authorization": f"Bearer {token}"}

    def call(self, call: Call, *, retry: bool = True) -> Answer:
        """Send it until it is answered for good; raises the error that the answer means, or ConnectionFailed.

        A write has one Idempotency-Key for all attempts, so that it takes place once. UnknownOutcome: it may have.
        """
        sent = {"Accept": "application/json"}
        if call.method != "GET":
            sent["Idempotency-Key"] = secrets.token_urlsafe(16)
        if call.if_match is not None:
            sent["If-Match"] = call.if_match
        if call.body is not None:
            sent["Content-Type"] = "application/json"
        request = Request(call.method, self._url(call), self._always | sent, call.body)
        attempts = self._attempts(retry)
        run = attempts.run if call.method == "GET" else attempts.run_write
        return run(lambda left: self._try(call.service, request, left))

    def listen(self, service: str, *, retry: bool = True) -> Socket:
        """Open its socket; raises the error that its answer means, or ConnectionFailed."""
        url = f"{self._base(service)}/ws"

        def listen(left: float) -> Socket:
            try:
                return self._transport.listen(url, self._always, left)
            except ConnectionFailed as error:
                raise not_reached(service, url, error) from error

        return self._attempts(retry).run(listen)

    def close(self) -> None:
        """Let go of all connections."""
        self._transport.close()

    def _attempts(self, retry: bool) -> Retrying:
        return self._retrying if retry else replace(self._retrying, max_retries=0)

    def _try(self, service: str, request: Request, left: float) -> Answer:
        seen = self.positions.header()
        positions = {"Log-Position": seen, "Prefer": f"wait={_WAIT}"} if seen else {}
        try:
            answer = self._transport.send(request._replace(headers={**request.headers, **positions}), left)
        except ConnectionFailed as error:
            raise not_reached(service, request.url, error) from error
        if answer.status < 300:
            self.positions.see(answer.headers.get("Log-Position"))
            return answer
        problem = error_of(answer, f"{request.method} {request.url}")
        if isinstance(problem, UnknownPosition):
            _log.warning("%s: a topic was made anew; no longer waiting for %s", service, seen)
            self.positions.forget(seen)
        raise problem

    def _url(self, call: Call) -> str:
        query = f"?{urlencode(call.query, doseq=True)}" if call.query else ""
        return f"{self._base(call.service)}{call.path}{query}"

    def _base(self, service: str) -> str:
        if service not in self.urls:
            raise NotFound(f"there is no service {service}{nearest(service, self.urls)}")
        return self.urls[service]
