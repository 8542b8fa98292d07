"""Reads and writes that go on whatever breaks, and what they saw."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import partial
from typing import Any
from uuid import uuid4

import requests
from services import eventually
from stack import Stack

from foldline.client import Client, Watch
from foldline.errors import FoldlineError

_THREADS = 2
"""That read, and that write."""
_SOCKETS = 4
"""Open at once: each instance has one, or nearly always."""
_PAUSE = 0.01
"""Seconds between two requests of a thread: faults are what is tried here, not speed."""


class SteadyLoad:
    """Clients that read, write (with keys, trying again) and listen, through the balancer."""

    def __init__(self, stack: Stack, client: Client) -> None:
        self._url, self._client = stack.url, client
        self._watches: list[Watch[Any]] = [client.Product.watch() for _ in range(_SOCKETS)]
        self._name = uuid4().hex
        self._ended = threading.Event()
        self.written: list[str] = []
        """Ids of the products that were acknowledged."""
        self.heard: dict[Watch[Any], list[str]] = {watch: [] for watch in self._watches}
        """Ids of the products that each socket told of."""
        self.reads = 0
        self.failed: list[str] = []
        """What went wrong: every failed read, and writes that were given up."""
        self.longest_read = 0.0
        """In seconds."""

    def go_on(self, writes: int = 20, reads: int = 50) -> None:
        """Return once so many more of each have succeeded."""
        enough = len(self.written) + writes, self.reads + reads
        eventually(lambda: self.failed or (len(self.written) >= enough[0] and self.reads >= enough[1]), 90)
        assert not self.failed, self.failed[:5]

    def check(self) -> None:
        """Every write took place once, and each socket told of it once."""
        assert not self.failed, self.failed[:5]
        there = [one.id for one in self._client.Product.list() if one.name.startswith(self._name)]
        assert Counter(there) == Counter(self.written)
        for heard in self.heard.values():
            eventually(lambda heard=heard: len(heard) >= len(self.written), 90)  # type: ignore[misc]
            assert Counter(heard) == Counter(self.written)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Go on for the time of the block; then check, and end."""
        acts = [partial(self._until_the_end, act) for act in (self._read, self._write) for _ in range(_THREADS)]
        with ThreadPoolExecutor(len(acts) + _SOCKETS) as pool:
            listening = [pool.submit(self._listen, watch) for watch in self._watches]
            acting = [pool.submit(act) for act in acts]
            try:
                yield
                self._ended.set()
                wait(acting)
                self.check()
            finally:
                self._ended.set()
                for watch in self._watches:
                    watch.close()
        for thread in listening + acting:
            thread.result()

    def _until_the_end(self, act: Callable[[], None]) -> None:
        while not self._ended.wait(_PAUSE):
            act()

    def _read(self) -> None:
        path = ("/products?limit=20", "/customers?limit=20", "/api/products?limit=20")[self.reads % 3]
        started = time.monotonic()
        try:
            with requests.get(self._url + path, timeout=20) as answer:
                if answer.status_code != 200:
                    self.failed.append(f"GET {path}: {answer.status_code} {answer.text}")
        except requests.RequestException as error:
            self.failed.append(f"GET {path}: {error}")
        self.longest_read = max(self.longest_read, time.monotonic() - started)
        self.reads += 1

    def _write(self) -> None:
        try:
            made = self._client.Product.create(name=f"{self._name} {len(self.written)}", price=1)
        except FoldlineError as error:
            self.failed.append(f"POST /products: {error}")
        else:
            self.written.append(made.id)

    def _listen(self, watch: "Watch[Any]") -> None:
        for change in watch:
            if change.entity is not None and change.entity.name.startswith(self._name):
                self.heard[watch].append(change.id)


@contextmanager
def steady_load(stack: Stack) -> Iterator[SteadyLoad]:
    """A load for the time of the block, which is checked at its end."""
    with stack.client() as client:
        load = SteadyLoad(stack, client)
        with load.running():
            yield load
