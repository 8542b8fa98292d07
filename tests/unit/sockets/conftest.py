"""A hub beside a service that really folds, and clients at the other ends of its sockets."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Any

import pytest
from listener import Listener
from stand_ins import Bench, Replica

from foldline.sockets.hub import Hub, Limits


class Sockets:
    """A running hub, of which clients are made."""

    def __init__(self, service: Replica, hub: Hub, parts: ExitStack) -> None:
        self.service = service
        self.hub = hub
        self._parts = parts

    def connect(self) -> Listener:
        """A client whose handshake is done."""
        self.hub.reserve()
        ours, theirs = socket.socketpair()
        self.hub.adopt(theirs)
        return Listener(self._parts.enter_context(ours))

    def listen(self, **wish: Any) -> Listener:
        """A client that has subscribed, and was told where the state is."""
        client = self.connect()
        client.subscribe(**wish)
        assert client.frame()["type"] == "ready"
        return client


@contextmanager
def sockets(service: Replica, **limits: Any) -> Iterator[Sockets]:
    """A hub that is told of the service's commits."""
    with ExitStack() as parts:
        hub = Hub(service.state, service.fold.gate, service.application, Limits(**{"sockets": 100} | limits))
        service.fold.on_commit(hub.publish)
        hub.start()
        parts.enter_context(closing(hub))
        yield Sockets(service, hub, parts)


@pytest.fixture
def served(bench: Bench) -> Iterator[Sockets]:
    """A hub beside a service of things."""
    with bench.running() as service, sockets(service) as running:
        yield running
