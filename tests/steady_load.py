"""Reads and writes that go on whatever breaks, and what they saw."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

import requests
from services import eventually
from stack import Stack

from foldline.client import Client, Watch
from foldline.errors import FoldlineError

_THREADS = 2
"""Of each kind."""
_PAUSE = 0.01
"""Seconds between two requests of a thread: faults are what is tried here, not speed."""


class SteadyLoad:
    """Clients that read, write (with keys, trying again) and listen, through the balancer."""

    def __init__(self, stack: Stack, client: Client, watch: "Watch[object]") -> None:
        self._url, self._client, self._watch = stack.url, client, watch
        self._name = uuid4().hex
        self._ended = threading.Event()
        self.written: list[str] = []
        """Ids of the products that were acknowledged."""
        self.heard: list[str] = []
        """Ids of the products that the socket told of."""
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
        """Every write took place once, and the socket told of it once."""
        assert not self.failed, self.failed[:5]
        there = [one.id for one in self._client.Product.list() if one.name.startswith(self._name)]
        assert Counter(there) == Counter(self.written)
        eventually(lambda: len(self.heard) >= len(self.written), 90)
        assert Counter(self.heard) == Counter(self.written)

    @contextmanager
    def running(self) -> Iterator["SteadyLoad"]:
        """Go on for the time of the block; then every thread ends."""
        threads = [threading.Thread(target=self._listen)]
        threads += [threading.Thread(target=self._until_the_end, args=(self._read,)) for _ in range(_THREADS)]
        threads += [threading.Thread(target=self._until_the_end, args=(self._write,)) for _ in range(_THREADS)]
        for thread in threads:
            thread.start()
        try:
            yield self
            self._ended.set()
            for thread in threads[1:]:
                thread.join()
            self.check()
        finally:
            self._ended.set()
            self._watch.close()
            for thread in threads:
                thread.join()

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

    def _listen(self) -> None:
        for change in self._watch:
            if change.entity.name.startswith(self._name):
                self.heard.append(change.id)


@contextmanager
def steady_load(stack: Stack) -> Iterator[SteadyLoad]:
    """A load for the time of the block, which is checked at its end."""
    with stack.client() as client, client.Product.watch() as watch, SteadyLoad(stack, client, watch).running() as load:
        yield load
