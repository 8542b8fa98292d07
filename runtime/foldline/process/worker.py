"""gunicorn's worker as a service needs it: it drains, stops in order, and lets no slow client hold its threads."""

import functools
import selectors
import signal
import socket
import sys
import threading
import time
from types import FrameType
from typing import TYPE_CHECKING, Any

from gunicorn.http.wsgi import create
from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, TConn, ThreadWorker

from foldline.process.lingering import Lingering
from foldline.process.parsing import Parser
from foldline.process.request_clock import RequestClock
from foldline.process.response import WholeResponse
from foldline.process.staying import Staying

if TYPE_CHECKING:
    from foldline.serve import RunningService

_GRACE = 3.0
"""Seconds after the drain for which commands are still awaited; what waits then ends as unknown. Closing takes 2 more
where Kafka does not answer."""


class _Connection(TConn):  # type: ignore[misc]
    """A connection whose end holds nobody up."""

    lingering: Lingering

    def close(self, graceful: bool = False) -> None:
        """Close it, `graceful`ly: so that what was written arrives."""
        if graceful:
            self.lingering.add(self.sock)
        else:
            super().close()


class Worker(ThreadWorker):  # type: ignore[misc]
    """A gthread worker that owns one running service."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._stop_at: float | None = None
        self._clock = RequestClock()
        self._staying = Staying(self.cfg.threads // 2)
        self._lingering: Lingering

    def run(self) -> None:
        """Serve until told to stop."""
        self._lingering = Lingering(self.poller)
        super().run()

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
        self._clock.end_overdue()
        self._lingering.end_overdue()
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
        for connection in self.pending_conns:
            connection.timeout = min(connection.timeout, time.monotonic() + STOP_KEEPALIVE_LINGER)
        give_up = threading.Timer(_GRACE, self._give_up)
        give_up.daemon = True
        give_up.start()

    def _give_up(self) -> None:
        """Wait no longer, neither for the log nor for clients."""
        self._clock.end_all()
        if self.service is not None:
            self.service.fold.give_up_waiting()

    def close(self) -> None:
        """Let go of the service, once no request is under way."""
        if self.service is not None:
            self.service.close()

    # --- slow clients ---

    def accept(self, listener: socket.socket) -> bool:
        """Take a connection, if one waits, but no thread for it before it sends something."""
        try:
            client, address = listener.accept()
        except OSError:  # gone again, or another took it
            return False
        self.nr_conns += 1
        connection = _Connection(self.cfg, client, address, listener.getsockname())
        connection.lingering = self._lingering
        connection.parser = Parser(self.cfg, client, address)
        connection.set_timeout()
        self.pending_conns.append(connection)
        self.poller.register(
            client, selectors.EVENT_READ, functools.partial(self.on_pending_socket_readable, connection)
        )
        return True

    def handle(self, conn: TConn) -> Any:
        """Serve requests on a thread, as long as the next one comes soon; each must come whole within its time."""
        with self._staying:
            while True:
                with self._clock.reading(conn.sock):
                    kept = super().handle(conn)
                if kept is not True or self._stop_at is not None or not self._staying.for_next_request(conn.sock):
                    return kept

    def handle_request(self, req: Any, conn: TConn) -> bool:
        """Answer a request whose head has come; the clock goes on until its body has, too.

        False: the connection serves no more.
        """
        self._clock.head_has_come(conn.sock, req)
        response, environ = create(req, conn.sock, conn.client, conn.server, self.cfg, response_class=WholeResponse)
        environ["wsgi.multithread"] = True
        pieces = self.wsgi(environ, response.start_response)
        try:
            if self._stop_at is not None or len(self.keepalived_conns) >= self.max_keepalived:
                response.force_close()
            for piece in pieces:
                response.write(piece)
            response.close()
        except (BrokenPipeError, ConnectionResetError):
            return False  # nobody is there any more
        except Exception:
            if response.sent == 0:
                raise  # gunicorn answers 500
            self.log.exception("an answer broke off")
            return False
        finally:
            if hasattr(pieces, "close"):
                pieces.close()
        became_socket = conn.sock.fileno() < 0  # another thread has it now
        return not became_socket and not response.should_close()
