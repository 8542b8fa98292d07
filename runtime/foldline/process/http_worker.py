"""gunicorn's threaded worker, so that no thread waits for a client.

Its loop awaits requests until they are whole (arriving.py), sends what clients do not take at once (sending.py), and
awaits their going (lingering.py); a thread parses, answers, and stays for a moment (staying.py).
"""

import functools
import selectors
import socket
from concurrent.futures import Future
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from gunicorn.http.errors import NoMoreData
from gunicorn.http.parser import RequestParser
from gunicorn.http.wsgi import create
from gunicorn.workers.gthread import TConn, ThreadWorker

from foldline.process.arrivals import Arrivals
from foldline.process.arriving import Arriving
from foldline.process.lingering import Lingering
from foldline.process.response import WholeResponse, refusal
from foldline.process.sending import Sending
from foldline.process.staying import Staying


class Connection(TConn):  # type: ignore[misc]
    """A connection that holds nobody up, neither with what comes nor at its end."""

    def __init__(self, lingering: Lingering, *args: Any) -> None:
        super().__init__(*args)
        self._lingering = lingering
        self.arrivals = Arrivals(self.sock)
        self.unsent = bytearray()
        """Of the last answer."""
        self.is_kept = True
        """Whether it serves on after that answer."""

    def close(self, graceful: bool = False) -> None:
        """Close it, `graceful`ly: so that what was written arrives."""
        if graceful:
            self._lingering.add(self.sock)
        else:
            super().close()


class HttpWorker(ThreadWorker):  # type: ignore[misc]
    """Serves connections, whatever their clients do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.last_answers = False
        """Whether each connection is to end with its next answer."""
        self._staying = Staying(self.cfg.threads // 2)
        self._lingering: Lingering
        self._arriving: Arriving[Connection]
        self._sending: Sending[Connection]

    def run(self) -> None:
        """Serve until told to stop."""
        self._lingering = Lingering(self.poller)
        self._arriving = Arriving(self.poller, self._go_on, self._refuse)
        self._sending = Sending(self.poller, self._serve_on, self._end)
        super().run()

    def hasten(self, seconds: float) -> None:
        """Give clients no more than so many seconds from now on, to say what they want and to take it."""
        self._arriving.hasten(seconds)
        self._sending.hasten(seconds)

    # --- in the loop ---

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """One turn of gunicorn's loop."""
        self._arriving.end_overdue()
        self._sending.end_overdue()
        self._lingering.end_overdue()
        super().wait_for_and_dispatch_events(timeout)

    def accept(self, listener: socket.socket) -> bool:
        """Take a connection, if one waits."""
        try:
            client, address = listener.accept()
        except OSError:  # gone again, or another took it
            return False
        self.nr_conns += 1
        connection = Connection(self._lingering, self.cfg, client, address, listener.getsockname())
        connection.set_timeout()
        self.pending_conns.append(connection)
        self.poller.register(
            client, selectors.EVENT_READ, functools.partial(self.on_pending_socket_readable, connection)
        )
        return True

    def on_pending_socket_readable(self, conn: Connection, client: socket.socket) -> None:
        """Something came on a new connection."""
        self.poller.unregister(client)
        self.pending_conns.remove(conn)
        self._arriving.receive(conn)

    def on_client_socket_readable(self, conn: Connection, client: socket.socket) -> None:
        """Something came on a connection that had its answers."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._arriving.receive(conn)

    def _go_on(self, conn: Connection) -> None:
        if len(conn.arrivals):
            self.enqueue_req(conn)
        else:  # the client has gone
            self._end(conn)

    def _end(self, conn: Connection) -> None:
        self.nr_conns -= 1
        conn.close()

    def finish_request(self, conn: Connection, fs: Future[bool]) -> None:
        """A thread is through with a connection."""
        if conn.unsent:
            self._sending.add(conn)
        else:
            super().finish_request(conn, fs)

    def _serve_on(self, conn: Connection) -> None:
        """The last answer was sent as a whole."""
        if conn.is_kept and conn.arrivals.is_whole():
            self.enqueue_req(conn)
            return
        served: Future[bool] = Future()
        served.set_result(conn.is_kept)
        self.finish_request(conn, served)

    def _refuse(self, conn: Connection, status: HTTPStatus, detail: str) -> None:
        with suppress(OSError):
            conn.sock.send(refusal(status, detail))
        self.nr_conns -= 1
        conn.close(graceful=True)

    # --- on a thread ---

    def handle(self, conn: Connection) -> bool:
        """Serve the requests that are here, and those that come soon; whether the connection is kept."""
        arrivals = conn.arrivals
        with self._staying:
            while conn.is_kept:
                conn.is_kept = self._serve_one(conn)
                if conn.unsent or not conn.is_kept:
                    return conn.is_kept
                if arrivals.is_whole():
                    continue
                if self.last_answers or not self._staying.for_next_request(arrivals) or not arrivals.receive():
                    return True
                conn.is_kept = len(arrivals) > 0
        return False

    def _serve_one(self, conn: Connection) -> bool:
        request = None
        try:
            conn.parser = RequestParser(self.cfg, (conn.arrivals.take(),), conn.client)
            request = next(conn.parser)
            return self.handle_request(request, conn)
        except (NoMoreData, StopIteration):  # the client went in mid-request
            return False
        except Exception as error:
            self.handle_error(request, conn.sock, conn.client, error)
            return False

    def handle_request(self, req: Any, conn: Connection) -> bool:
        """Answer a request; False: the connection serves no more."""
        req._expected_100_continue = False  # noqa: SLF001 - it was told to go on when its head came
        response, environ = create(req, conn.sock, conn.client, conn.server, self.cfg, response_class=WholeResponse)
        environ["wsgi.multithread"] = True
        pieces = self.wsgi(environ, response.start_response)
        try:
            if self.last_answers or len(self.keepalived_conns) >= self.max_keepalived:
                response.force_close()
            for piece in pieces:
                response.write(piece)
            response.close()
            conn.unsent = response.unsent
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
        return not became_socket and not response.should_close() and conn.parser.finish_body() is True
