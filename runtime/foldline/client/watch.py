"""Changes as they happen, told through a service's socket; it comes back by itself and misses nothing."""

import random
import threading
from collections.abc import Iterator, Mapping
from typing import Any, Generic, Self, TypeVar

from foldline import jsontext
from foldline.client.change import Change, Make, read_change
from foldline.client.positions import Positions
from foldline.client.retrying import is_transient
from foldline.client.services import Services
from foldline.errors import ChangesMissed, ConnectionFailed, FoldlineError, Malformed, Unreadable

R = TypeVar("R")

_FIRST, _LONGEST = 0.5, 30.0
"""Seconds: the longest pause before it connects again; it doubles while that fails."""
_NOT_WITH_THE_SAME = frozenset({1002, 1003, 1007, 1009})
"""Close codes that say that this client is wrong."""
_SHOWN = 60
"""Characters of a message that cannot be read."""


class Watch(Iterator[Change[R]], Generic[R]):
    """What happens to the entities of a topic, from the moment that this was made."""

    def __init__(self, services: Services, service: str, topic: str, make: Make[R]) -> None:
        """Connect; raises ConnectionFailed, Unauthorized, NotReady, Unreadable."""
        self._services, self._service, self._topic, self._make = services, service, topic, make
        self._seen = Positions()
        self._closed = threading.Event()
        self._socket = services.listen(service)
        try:
            self._seen.see(",".join(self._receive()["positions"]))
            self._subscribe()
        except FoldlineError:
            self._socket.close()
            raise

    def __next__(self) -> Change[R]:
        """The next change, however long it takes.

        Raises ChangesMissed where some are no longer kept; asked again, it goes on from there. Raises Unreadable for
        what no service says.
        """
        while not self._closed.is_set():
            try:
                told = self._receive()
            except ConnectionFailed as error:
                self._come_back(error)
                continue
            match told["type"]:
                case "event":
                    self._see([told["position"]])
                    return read_change(told, self._make)
                case "gap":  # this client was too slow; the service keeps what it did not send
                    self._socket.close()
                case "reset":
                    self._see(told["positions"])
                    raise ChangesMissed
        self._socket.close()  # it may have come back just then
        raise StopIteration

    def close(self) -> None:
        """End it, from any thread; who waits for the next change gets the iteration's end."""
        self._closed.set()
        self._socket.close()

    def __repr__(self) -> str:
        return f"<changes of {self._topic} as they happen: iterate over it>"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _receive(self) -> Mapping[str, Any]:
        said = self._socket.receive()
        try:
            told = jsontext.decode(said)
        except ValueError:
            told = None
        if not isinstance(told, dict) or "type" not in told:
            raise Unreadable(f"what {self._service} said is no message of a service: {said[:_SHOWN]!r}")
        return told

    def _see(self, positions: list[str]) -> None:
        header = ",".join(positions)
        self._seen.see(header)
        self._services.positions.see(header)

    def _subscribe(self) -> None:
        wish = {"type": "subscribe", "topics": [self._topic], "after": self._seen.listed()}
        self._socket.send(jsontext.encode(wish).decode())

    def _come_back(self, error: ConnectionFailed) -> None:
        """Connect again, however often that takes, and ask for what was missed."""
        if error.details.get("code") in _NOT_WITH_THE_SAME:
            raise Malformed(error.message) from error
        self._socket.close()
        longest = _FIRST
        while not self._closed.wait(random.uniform(0, longest)):  # noqa: S311 - no secret
            try:
                self._socket = self._services.listen(self._service, retry=False)
                self._subscribe()
            except FoldlineError as failed:
                if not is_transient(failed):
                    raise
                longest = min(longest * 2, _LONGEST)
            else:
                return
