"""The hub: one thread that tells every open socket of every change, and waits for none of them."""

import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog
from wsproto.frame_protocol import CloseReason

from foldline.errors import Malformed, NotReady
from foldline.fold.entity import Change
from foldline.fold.gate import Gate
from foldline.functions.application import Application
from foldline.sockets.channel import Channel
from foldline.sockets.frames import Frames
from foldline.sockets.subscriber import Subscriber
from foldline.sockets.subscription import parse
from foldline.sockets.telling import Telling
from foldline.state.state import State

_log = structlog.get_logger(__name__)

_MOST_COMMITS = 1_000
"""Not passed on yet; beyond, everybody starts anew."""

_TICK = 0.1


@dataclass(frozen=True, slots=True)
class Limits:
    """What the hub bears. Times are in seconds."""

    sockets: int
    """Open at once."""
    backlog: int = 4 * 2**20
    """Bytes that wait for one client; beyond, they are dropped for a gap. Well above a page of what was missed."""
    silence: float = 1.0
    """After which a client that has said nothing is told everything."""
    ping_every: float = 25.0
    """Who does not answer until the next ping is dropped."""


class Hub:
    """All sockets of one service. What is not marked is for its own thread only."""

    def __init__(self, state: State, gate: Gate, application: Application, limits: Limits) -> None:
        self._gate = gate
        self._limits = limits
        self._topics = {name: topic.declared.spec.name for name, topic in application.topics.items()}
        self._frames = Frames(application.service.name, application.topics)
        self._telling = Telling(state, self._frames, self._topics)
        self._subscribers: set[Subscriber] = set()
        self._places = 0
        self._lock = threading.Lock()
        self._arrived: deque[socket.socket] = deque()
        self._commits: deque[Sequence[Change] | None] = deque()
        self._stopping = False
        self._looked_at = 0.0
        self._selector = selectors.DefaultSelector()
        self._bell, self._button = socket.socketpair()
        for end in (self._bell, self._button):
            end.setblocking(False)
        self._selector.register(self._bell, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._run, name="foldline-sockets", daemon=True)

    # --- from any thread ---

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def reserve(self) -> None:
        """Keep a place for a socket, which must be adopted then; raises NotReady."""
        self._gate.check()
        with self._lock:
            if self._stopping:
                raise NotReady("The service is stopping.")
            if self._places >= self._limits.sockets:
                raise NotReady(
                    f"As many sockets as may be are open ({self._limits.sockets}); try again, or use another replica."
                )
            self._places += 1

    def adopt(self, sock: socket.socket) -> None:
        """Take over a connection whose handshake was answered, in the place that was kept for it."""
        self._arrived.append(sock)
        self._wake()

    def publish(self, changes: Sequence[Change] | None) -> None:
        """Tell every socket of what was committed; None: of too much to be told. Waits for nobody."""
        if not self._places:  # a socket that comes from now on finds it in the state
            return
        if len(self._commits) >= _MOST_COMMITS:
            self._commits.clear()
            changes = None
        self._commits.append(changes)
        self._wake()

    def stop(self) -> None:
        """Let nobody in any more, and begin to tell every client to come again (1012)."""
        with self._lock:
            self._stopping = True
        self._wake()

    def close(self) -> None:
        """Return once every client is gone, or had two seconds to go."""
        self.stop()
        if self._thread.ident is not None:
            self._thread.join()
        for sock in self._arrived:
            sock.close()
        self._selector.close()
        self._bell.close()
        self._button.close()

    def _wake(self) -> None:
        with suppress(OSError):  # it is awake, or has ended
            self._button.send(b"!")

    # --- the loop ---

    def _run(self) -> None:
        while not self._stopping or self._subscribers:
            try:
                self._turn()
            except Exception:
                _log.exception("the sockets' thread failed; every client is to come again")
                self._end_all(CloseReason.INTERNAL_ERROR, "something went wrong")

    def _turn(self) -> None:
        for key, events in self._selector.select(self._patience()):
            if key.data is None:
                self._bell.recv(4096)
            else:
                self._serve(key.data, events)
        while self._arrived:
            self._welcome(self._arrived.popleft())
        self._pass_on()
        for subscriber in self._to_catch_up():
            self._for(subscriber, self._telling.catch_up, subscriber)
        if time.monotonic() > self._looked_at + _TICK:
            self._look_round()
        if self._stopping:
            self._end_all(CloseReason.SERVICE_RESTART, "the service stops; come again")

    def _patience(self) -> float | None:
        if not self._subscribers:
            return None
        return 0 if self._to_catch_up() else _TICK

    def _serve(self, subscriber: Subscriber, events: int) -> None:
        if subscriber in self._subscribers:
            self._for(subscriber, self._hear, subscriber, events)

    def _hear(self, subscriber: Subscriber, events: int) -> None:
        if events & selectors.EVENT_READ:
            for text in subscriber.channel.hear():
                subscriber.subscribe(parse(text, self._topics))

    def _welcome(self, sock: socket.socket) -> None:
        subscriber = Subscriber(Channel(sock), frozenset(self._topics), time.monotonic())
        self._subscribers.add(subscriber)
        self._selector.register(sock, selectors.EVENT_READ, subscriber)
        self._for(subscriber, self._telling.begin, subscriber)

    def _pass_on(self) -> None:
        """Tell of all commits that have come, at once."""
        commits = []
        with suppress(IndexError):  # the fold may clear them meanwhile
            while self._commits:
                commits.append(self._commits.popleft())
        if None in commits:
            for subscriber in tuple(self._subscribers):
                self._for(subscriber, self._telling.restart, subscriber, "reset")
            return
        frames = [self._frames.event(change.id, change.record) for changes in commits for change in changes or ()]
        if frames:
            for subscriber in tuple(self._subscribers):
                if subscriber.stage == "live":
                    self._for(subscriber, subscriber.tell, frames)

    def _look_round(self) -> None:
        """Whatever is due."""
        now = self._looked_at = time.monotonic()
        for subscriber in tuple(self._subscribers):
            if subscriber.channel.overdue(now):
                self._drop(subscriber)
            elif subscriber.stage == "waiting" and now > subscriber.came_at + self._limits.silence:
                subscriber.stage = "behind"
            elif now > subscriber.asked_at + self._limits.ping_every:
                subscriber.asked_at = now
                self._for(subscriber, subscriber.channel.ping)

    # --- one subscriber ---

    def _to_catch_up(self) -> list[Subscriber]:
        return [s for s in self._subscribers if s.stage == "behind" and not s.channel.backlog and not s.channel.closing]

    def _for(self, subscriber: Subscriber, act: Callable[..., None], *args: Any) -> None:
        """Do something for it, and then send what it takes of what waits for it; who is gone is dropped."""
        channel = subscriber.channel
        try:
            try:
                act(*args)
                if channel.backlog > self._limits.backlog:
                    _log.info("a client of /ws is too slow, and misses frames", bytes=channel.backlog)
                    self._telling.restart(subscriber, "gap")
            except Malformed as error:
                channel.close(CloseReason.INVALID_FRAME_PAYLOAD_DATA, error.message)
            except OSError:
                raise
            except Exception:
                _log.exception("a socket failed")
                channel.close(CloseReason.INTERNAL_ERROR, "something went wrong")
            channel.flush()
            self._watch(subscriber)
        except OSError:
            self._drop(subscriber)

    def _watch(self, subscriber: Subscriber) -> None:
        """Wake up when it says something, and when there is room for what waits for it."""
        writes = subscriber.channel.backlog > 0
        if writes != subscriber.writes:
            subscriber.writes = writes
            events = selectors.EVENT_READ | (selectors.EVENT_WRITE if writes else 0)
            self._selector.modify(subscriber.channel.sock, events, subscriber)

    def _end_all(self, code: CloseReason, reason: str) -> None:
        for subscriber in tuple(self._subscribers):
            self._for(subscriber, subscriber.channel.close, code, reason)

    def _drop(self, subscriber: Subscriber) -> None:
        self._subscribers.discard(subscriber)
        self._selector.unregister(subscriber.channel.sock)
        subscriber.channel.drop()
        with self._lock:
            self._places -= 1
