"""The least that a server can do: a WSGI application that answers one JSON document.

`bare_wsgi.py PORT own` has a service's own worker, `bare_wsgi.py PORT stock` gunicorn's gthread; `lines` after the
latter asks for gunicorn's log line for each request.
"""

import sys
from collections.abc import Callable, Iterable
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from foldline.affinity import allowed_cores, bind, choose_core
from foldline.process.server import configuration

_BODY = b'{"id":"c0FX8Kc8AXhsNzJ0JrsNgQ","name":"Butter","price":1.50}'
_HEADERS = [("Content-Type", "application/json"), ("Content-Length", str(len(_BODY)))]


def application(_environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer."""
    start_response("200 OK", _HEADERS)
    return [_BODY]


class Bare(BaseApplication):  # type: ignore[misc]
    """gunicorn, set up as for a service."""

    def load_config(self) -> None:
        """As a service has it."""
        for option, value in configuration(f"127.0.0.1:{sys.argv[1]}", threads=64).items():
            self.cfg.set(option, value)
        if "stock" in sys.argv:
            self.cfg.set("worker_class", "gthread")
            self.cfg.set("worker_exit", lambda _arbiter, _worker: None)
        if "lines" in sys.argv:
            self.cfg.set("logger_class", Logger)
            self.cfg.set("accesslog", "-")

    def load(self) -> Any:
        """After the fork: one core for all threads, as a service has it."""
        core = choose_core(wish=True, cores=allowed_cores())
        bind(() if core is None else (core,))
        return application


if __name__ == "__main__":
    Bare().run()
