"""Run one service under gunicorn: one worker process, with threads."""

import sys
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.config import Config
from gunicorn.glogging import Logger

from foldline import logs
from foldline.errors import FoldlineError, SettingsError
from foldline.functions.application import Application
from foldline.process.files import allow_many
from foldline.process.worker import Worker
from foldline.serve import RunningService, start_service
from foldline.settings import Settings

_STOP_SECONDS = 6.0
"""From the end of the drain to SIGKILL; the worker itself takes 5 at most."""

_CONNECTIONS = 1_000
"""Kept open at once, beyond one for each thread."""

_NO_PROXY_IS_BELIEVED = {"forwarded_allow_ips": "*", "secure_scheme_headers": {}, "forwarder_headers": ""}
"""No header of a proxy's changes a request: so gunicorn need not look, on each, whether it comes from a proxy."""


def serve(application: Application, settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT, then exit. Raises SettingsError for an address that may not be listened on."""
    address = listen_address(application, settings)
    logs.configure(settings.log_level, settings.log_format, sys.stderr)
    allow_many()
    Server(application, settings, address).run()


def listen_address(application: Application, settings: Settings) -> str:
    """HOST:PORT. Only this machine, unless a token is asked for or `open` is allowed."""
    bind = settings.bind or "127.0.0.1"
    host, _, port = (
        bind.rpartition(":") if bind.rpartition(":")[2].isdigit() and not bind.endswith("]") else (bind, "", "")
    )
    loopback = host in {"127.0.0.1", "localhost", "::1", "[::1]"}
    if not loopback and settings.token is None and "open" not in settings.allow:
        raise SettingsError(
            f"FOLDLINE_BIND={bind} lets others in: set FOLDLINE_TOKEN, or FOLDLINE_ALLOW=open if all may come"
        )
    return f"{host}:{port or application.service.port}"


def configuration(address: str, threads: int, drain: float = 0.0) -> dict[str, Any]:
    """gunicorn's settings for one worker of so many threads. `drain` is in seconds."""
    return {
        "bind": address,
        "workers": 1,
        "worker_class": Worker,
        "threads": threads,
        "worker_connections": threads + _CONNECTIONS,
        "keepalive": 75,
        "timeout": 60,
        "graceful_timeout": int(drain + _STOP_SECONDS),
        "http_parser": "auto",  # the fast one where it could be built
        "http_protocols": "h1",
        **_NO_PROXY_IS_BELIEVED,
        "logger_class": _Log,
        "control_socket_disable": True,
        "worker_exit": _close,
    }


def settle(config: Config) -> None:
    """Make settings plain attributes: gunicorn asks for a dozen on each request, which costs as much as parsing it."""
    vars(config).update({name: setting.get() for name, setting in config.settings.items()})


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn's application object: its configuration, and what its worker loads after the fork."""

    service: RunningService

    def __init__(self, application: Application, settings: Settings, address: str) -> None:
        self._application = application
        self._settings = settings
        self._address = address
        super().__init__()

    def load_config(self) -> None:
        """The runtime's own settings, whatever gunicorn's environment variables say."""
        for option, value in configuration(self._address, self._settings.threads, self._settings.drain).items():
            self.cfg.set(option, value)
        self.cfg.set("proc_name", f"foldline {self._application.service.name}")
        settle(self.cfg)

    def load(self) -> Flask:
        """In the worker, after the fork: put the service together. What cannot be served ends the start."""
        try:
            self.service = start_service(self._application, self._settings)
        except FoldlineError as error:
            print(f"{self._application.service.name} does not start:\n{error}", file=sys.stderr)  # noqa: T201
            sys.exit(Arbiter.APP_LOAD_ERROR)
        return self.service.app


class _Log(Logger):  # type: ignore[misc]
    """gunicorn's own lines go where ours go; requests are logged by the application."""

    def setup(self, cfg: Any) -> None:
        self.cfg = cfg
        self.error_log.setLevel("WARNING")
        self.error_log.propagate = True
        self.error_log.handlers.clear()

    def access(self, *_: Any) -> None:
        return


def _close(_arbiter: Arbiter, worker: Worker) -> None:
    worker.close()
