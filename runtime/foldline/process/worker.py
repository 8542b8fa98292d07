"""The worker of a service: it drains, and stops in order."""

import signal
import sys
import threading
import time
from types import FrameType
from typing import TYPE_CHECKING, Any

from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER

from foldline.process.http_worker import HttpWorker

if TYPE_CHECKING:
    from foldline.serve import RunningService

_GRACE = 3.0
"""Seconds after the drain for which commands are still awaited; what waits then ends as unknown. Closing takes 2 more
where Kafka does not answer."""


class Worker(HttpWorker):
    """A worker that owns one running service."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._stop_at: float | None = None

    @property
    def service(self) -> "RunningService | None":
        """What it serves; None before it is loaded."""
        return getattr(self.app, "service", None)

    # --- stopping ---

    def handle_exit(self, _signal: int, _frame: FrameType | None) -> None:
        """SIGTERM: not ready from now on; after the drain, accept no more and end what is under way."""
        if self.service is None:
            sys.exit(0)
        if self._stop_at is None:
            self.service.operations.stopping = True
            self._stop_at = time.monotonic() + self.service.drain
            self.last_answers = True
            self.method_queue.defer(lambda: None)

    handle_quit = handle_exit  # Ctrl-C asks for the same

    def is_parent_alive(self) -> bool:
        """Asked each turn. Without its master it stops at once: whoever starts the service anew needs its port."""
        parent_lives: bool = super().is_parent_alive()
        if not parent_lives and self.alive:
            self.handle_exit(signal.SIGTERM, None)
            self._stop()
        return parent_lives

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """One turn of gunicorn's loop."""
        if self._stop_at is not None and self.alive:
            timeout = min(timeout, self._stop_at - time.monotonic())
            if timeout <= 0:
                self._stop()
                return
        super().wait_for_and_dispatch_events(timeout)

    def _stop(self) -> None:
        """Take who has come until now, let who comes later be refused at once, and end what is under way."""
        self.alive = False
        if self.service is not None:
            self.service.hub.stop()
        for listener in self.sockets:
            while self.accept(listener):
                pass
        self.set_accept_enabled(False)
        for listener in self.sockets:
            listener.close()
        self.hasten(_GRACE)
        for connection in self.pending_conns:
            connection.timeout = min(connection.timeout, time.monotonic() + STOP_KEEPALIVE_LINGER)
        give_up = threading.Timer(_GRACE, self._give_up)
        give_up.daemon = True
        give_up.start()

    def _give_up(self) -> None:
        """Wait no longer for the log."""
        if self.service is not None:
            self.service.fold.give_up_waiting()

    def close(self) -> None:
        """Let go of the service, once no request is under way."""
        if self.service is not None:
            self.service.close()
