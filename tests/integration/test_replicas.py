"""Several replicas of one service write the same entities at once: the log decides, and nobody is overwritten."""

import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
import requests
from replicas import Counters, Replica, figures

ENTITIES = 5
WRITERS = 8
SUCCESSES_EACH = 50


@dataclass
class Seen:
    """What one writer was answered."""

    statuses: Counter[int] = field(default_factory=Counter)
    """Of its attempts to write."""
    written: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    """The values that it wrote with success, by entity."""
    bodies: set[tuple[str, str, bytes]] = field(default_factory=set)
    """Id, ETag and body of all that it saw."""

    def take(self, id: str, answer: requests.Response) -> None:
        self.bodies.add((id, answer.headers["ETag"], answer.content))


class Writer:
    """A client that changes entities through any replica."""

    def __init__(self, replicas: Sequence[Replica]) -> None:
        self.seen = Seen()
        self._replicas = replicas
        self._session = requests.Session()

    def put(self, id: str) -> requests.Response:
        """Read, and write what follows from it, provided that nobody wrote meanwhile."""
        read = self._session.get(self._anywhere(id))
        read.raise_for_status()
        self.seen.take(id, read)
        counter = read.json()
        return self._session.put(
            self._anywhere(id),
            json=counter | {"value": counter["value"] + 1},
            headers={"If-Match": read.headers["ETag"]},
        )

    def increment(self, id: str) -> requests.Response:
        """Have the service read and write."""
        return self._session.post(f"{self._anywhere(id)}/increment")

    def _anywhere(self, id: str) -> str:
        return f"{random.choice(self._replicas).url}/counters/{id}"

    def write(self, ids: Sequence[str], attempt: Callable[["Writer", str], requests.Response]) -> Seen:
        """Go on until enough attempts have succeeded."""
        with self._session:
            while self.seen.statuses[200] < SUCCESSES_EACH:
                entity = random.choice(ids)
                answer = attempt(self, entity)
                self.seen.statuses[answer.status_code] += 1
                if answer.status_code == 200:
                    self.seen.written[entity].append(answer.json()["value"])
                    self.seen.take(entity, answer)
        return self.seen


@pytest.mark.parametrize(
    ("attempt", "refusals"), [(Writer.put, {412, 503}), (Writer.increment, {503})], ids=["if-match", "command"]
)
def test_each_success_counts_once_on_every_replica(
    counters: Counters, attempt: Callable[[Writer, str], requests.Response], refusals: set[int]
) -> None:
    replicas = counters.start(3)
    ids = [replicas[0].service.post("/counters", {"name": f"c{number}"}).json()["id"] for number in range(ENTITIES)]
    counters.catch_up(*replicas)

    started = time.monotonic()
    with ThreadPoolExecutor(WRITERS) as pool:
        writers = [pool.submit(Writer(replicas).write, ids, attempt) for _ in range(WRITERS)]
    seen = [writer.result() for writer in writers]
    seconds = time.monotonic() - started

    counters.catch_up(*replicas)
    replicas.append(counters.start_one())  # it knows only what the log says
    statuses = sum((each.statuses for each in seen), Counter[int]())
    assert set(statuses) <= {200} | refusals
    for entity in ids:
        written = sorted(value for each in seen for value in each.written[entity])
        assert written == list(range(1, len(written) + 1))
        assert json.loads(replicas[0].entity(entity)[2])["value"] == len(written)
        assert len({replica.entity(entity) for replica in replicas}) == 1
    assert_no_two_bodies_of_one_etag(each.bodies for each in seen)
    losers = [replica.status()["counters"]["lost"] for replica in replicas]
    assert losers[0] > 0  # else nothing was contended, and nothing shown
    assert len(set(losers)) == 1
    figures(attempts=statuses.total(), answers=dict(statuses), losers=losers[0], seconds=round(seconds, 1))


def assert_no_two_bodies_of_one_etag(seen: Iterable[set[tuple[str, str, bytes]]]) -> None:
    bodies = set().union(*seen)
    assert len(bodies) == len({(entity, tag) for entity, tag, _ in bodies})
