"""The page's routes in an application of their own, beside services that are stand-ins."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard_web import blueprint


@dataclass
class StandIn:
    """A service that answers what it is told to, and remembers what it was asked."""

    url: str
    answers: dict[str, tuple[int, object]] = field(default_factory=dict)
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    """Request line's method and path, and the token."""


@pytest.fixture
def service() -> Iterator[StandIn]:
    """One service, on a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer()

        def do_POST(self) -> None:
            self.answer()

        def answer(self) -> None:
            stand_in.asked.append((f"{self.command} {self.path}", self.headers["Authorization"]))
            status, body = stand_in.answers.get(self.path, (404, {"detail": "there is no such thing"}))
            text = b"" if body is None else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        stand_in = StandIn(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield stand_in
        server.shutdown()
        thread.join()


@pytest.fixture
def client(service: StandIn) -> FlaskClient:
    app = Flask(__name__, static_folder=None)
    gone = "http://127.0.0.1:9"  # nobody listens there
    app.register_blueprint(blueprint({"products": service.url, "customers": gone}, "secret"))
    return app.test_client()
