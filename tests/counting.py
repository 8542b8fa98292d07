"""Clients that count entities up through any replica, and what they were told: in the end each success counts once."""

import json
import random
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import requests
from replicas import Replica
from services import eventually

NO_ANSWER = 0
BROKEN = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)
TIMEOUT = 20.0
"""Seconds; a service answers within its deadline of 10 s."""

Attempt = Callable[["Counting", requests.Session, str], requests.Response]


class Counting:
    """Some clients at work, and all that they were answered."""

    def __init__(self, replicas: Sequence[Replica], entities: Sequence[str]) -> None:
        self.answers: Counter[int] = Counter()
        """Statuses of the attempts to write; NO_ANSWER where the connection broke."""
        self.written: dict[str, list[int]] = defaultdict(list)
        """The values that were written with success, by entity."""
        self.unknown: Counter[str] = Counter()
        """Attempts of which nobody said whether they took place, by entity."""
        self.bodies: dict[tuple[str, str], set[bytes]] = defaultdict(set)
        """All that was seen under an entity's ETag: one body, or somebody disagreed."""
        self._replicas, self._entities = replicas, entities
        self._lock = threading.Lock()
        self._stop = threading.Event()

    @contextmanager
    def under_way(self, clients: int, *attempts: Attempt) -> Iterator[None]:
        """Have so many clients make attempts of these kinds meanwhile."""
        with ThreadPoolExecutor(clients) as pool:
            running = [pool.submit(self._count, attempts[number % len(attempts)]) for number in range(clients)]
            try:
                yield
            finally:
                self._stop.set()
        for client in running:
            client.result()

    def await_successes(self, count: int) -> None:
        """Return once so many attempts have succeeded."""
        eventually(lambda: self.answers[200] >= count, 60)

    def put(self, session: requests.Session, entity: str) -> requests.Response:
        """Read, and write what follows from it, provided that nobody wrote meanwhile."""
        read = session.get(self._anywhere(entity), timeout=TIMEOUT)
        if read.status_code != 200:
            return read
        self._see(entity, read)
        counter = read.json()
        body = counter | {"value": counter["value"] + 1}
        return session.put(
            self._anywhere(entity), json=body, headers={"If-Match": read.headers["ETag"]}, timeout=TIMEOUT
        )

    def increment(self, session: requests.Session, entity: str) -> requests.Response:
        """Have the service read and write."""
        return session.post(f"{self._anywhere(entity)}/increment", timeout=TIMEOUT)

    def _anywhere(self, entity: str) -> str:
        return f"{random.choice(self._replicas).url}/counters/{entity}"

    def _count(self, attempt: Attempt) -> None:
        with requests.Session() as session:
            while not self._stop.is_set():
                if self._try(session, random.choice(self._entities), attempt) in {NO_ANSWER, 503}:
                    self._stop.wait(0.05)  # as a client does that is told to try again

    def _try(self, session: requests.Session, entity: str, attempt: Attempt) -> int:
        try:
            answer = attempt(self, session, entity)
        except BROKEN:
            status = NO_ANSWER
        else:
            status = answer.status_code
            if status == 200:
                self._see(entity, answer)
                self.written[entity].append(answer.json()["value"])
        with self._lock:
            self.answers[status] += 1
            self.unknown[entity] += status in {NO_ANSWER, 504}
        return status

    def _see(self, entity: str, answer: requests.Response) -> None:
        with self._lock:
            self.bodies[entity, answer.headers["ETag"]].add(answer.content)

    def check(self, replicas: Sequence[Replica]) -> None:
        """Hold what all of these replicas have against what the clients were told."""
        for entity in self._entities:
            written = self.written[entity]
            assert len(set(written)) == len(written), f"an update was lost: {sorted(written)}"
            [(_, _, body)] = {replica.entity(entity) for replica in replicas}
            value = json.loads(body)["value"]
            assert len(written) <= value <= len(written) + self.unknown[entity]
        assert [seen for seen in self.bodies.values() if len(seen) > 1] == []
