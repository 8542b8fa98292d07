"""Where clients get tokens for OAUTHBEARER (OIDC, client credentials)."""

import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LIFETIME = 3
"""Seconds that a token counts."""


class TokenEndpoint:
    """Gives whoever knows the secret a token of its own name. It is unsigned, as the broker of the tests takes it."""

    def __init__(self, secret: str) -> None:
        self.issued: list[str] = []
        """To whom, in order."""
        self._secret = secret
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())

    @property
    def url(self) -> str:
        """As in sasl.oauthbearer.token.endpoint.url."""
        return f"http://127.0.0.1:{self._server.server_port}/token"

    @contextmanager
    def serving(self) -> Iterator["TokenEndpoint"]:
        """It answers for the time of the block."""
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            thread.join()
            self._server.server_close()

    def answer(self, credentials: str) -> tuple[int, dict[str, object]]:
        """Status and body for `Basic ...` credentials."""
        client, _, secret = base64.b64decode(credentials.removeprefix("Basic ")).decode().partition(":")
        if secret != self._secret:
            return 401, {"error": "invalid_client", "error_description": "no such client"}
        self.issued.append(client)
        return 200, {"access_token": _token(client), "token_type": "Bearer", "expires_in": LIFETIME}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                status, answer = endpoint.answer(self.headers["Authorization"])
                body = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                return

        return Handler


def _token(subject: str) -> str:
    now = int(time.time())
    claims = {"sub": subject, "iat": now, "exp": now + LIFETIME}
    return f"{_part({'alg': 'none', 'typ': 'JWT'})}.{_part(claims)}."


def _part(content: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()
