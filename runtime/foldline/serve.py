"""The composition root: one service, put together from its parts."""

from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog
from flask import Flask

from foldline.affinity import allowed_cores, bind, choose_core
from foldline.errors import LogDenied, LogError
from foldline.fold.fold import Fold
from foldline.fold.repairs import quiet
from foldline.functions.application import Application
from foldline.http import upgrade
from foldline.http.app import create_app
from foldline.log.open import open_log
from foldline.log.port import Log
from foldline.operations import Operations
from foldline.reads import Reads
from foldline.settings import Settings
from foldline.sockets.hub import Hub
from foldline.sockets.hub import Limits as SocketLimits
from foldline.state.place import state_path
from foldline.state.state import State
from foldline.topics import check_topics, create_topics
from foldline.writes.writes import Limits, Writes

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class RunningService:
    """A service that runs in this process."""

    app: Flask
    hub: Hub
    operations: Operations
    fold: Fold
    state: State
    log: Log
    drain: float
    """Seconds to go on accepting once it is to stop."""
    _parts: ExitStack

    def close(self) -> None:
        """Fold on until no command waits, and let go of everything, in the order opposite to the start."""
        self._parts.close()


def start_service(application: Application, settings: Settings) -> RunningService:
    """Open the log and the state, start to fold, and build the Flask application.

    Call it in the process that serves: connections and threads do not survive a fork. Raises SetupError, StateInUse.
    """
    with ExitStack() as parts:
        service = application.service
        cores = allowed_cores()
        core = choose_core(settings.core, cores)
        bind(() if core is None else (core,))  # and with it every thread of Python's that is started from here on
        log = parts.enter_context(closing(open_log(settings.log, settings.kafka, f"foldline.{service.name}", cores)))
        trouble = _trouble_at_start(log, application, settings)
        path = state_path(service, settings) or _passing_path(parts)
        state = parts.enter_context(closing(State(path, application.topics)))
        repair_delay = partial(quiet, *settings.repair_after)
        fold = Fold(log, state, application, key_window=settings.key_window, repair_delay=repair_delay)
        fold.trouble = trouble
        parts.callback(fold.stop)
        reads = parts.enter_context(closing(Reads(state, fold, application)))
        writes = Writes(log, state, fold, application, Limits(settings.deadline, settings.key_window))
        operations = Operations(log, state, fold, application)
        hub = Hub(state, fold.gate, application, SocketLimits(_sockets(application, settings)))
        parts.callback(hub.close)
        fold.on_commit(hub.publish)
        app = create_app(application, settings, writes, reads, operations)
        upgrade.install(app, hub)
        hub.start()
        fold.start(check_log=partial(_prepare_topics, log, application, settings))
        _log.info("service started", service=service.name, log=settings.log, state=str(state.path), core=core)
        return RunningService(app, hub, operations, fold, state, log, settings.drain, parts.pop_all())
    raise AssertionError("unreachable")


def _sockets(application: Application, settings: Settings) -> int:
    """How many may be open: a page is looked at by many."""
    if settings.sockets is not None:
        return settings.sockets
    return 64 if application.service.web is None else 1_000


def _passing_path(parts: ExitStack) -> Path:
    """A file that goes when the process ends."""
    return Path(parts.enter_context(TemporaryDirectory(prefix="foldline-")), "state.db")


def _trouble_at_start(log: Log, application: Application, settings: Settings) -> str | None:
    """A wrong topic ends the start; a log that does not answer yet is waited for, and its topics are checked then.

    So is one that denies: rights may be granted a little later. Gives why it has to be waited for.
    """
    if settings.allow:
        _log.warning("checks are given up", allow=sorted(settings.allow))
    try:
        _prepare_topics(log, application, settings)
    except LogDenied as error:
        _log.error("the log denies what the service needs; it tries on", log=settings.log, error=error.message)
        return error.message
    except LogError as error:
        _log.warning("the log does not answer yet", log=settings.log, error=error.message)
        return error.message
    return None


def _prepare_topics(log: Log, application: Application, settings: Settings) -> None:
    """On the embedded log topics are made as they are needed; on Kafka somebody decides that they are made."""
    topics = [topic.declared for topic in application.topics.values()]
    if settings.log.startswith("sqlite:"):
        create_topics(log, topics, settings)
    check_topics(log, topics, settings)
