"""Services and the broker are killed while clients write: what was answered is there, once, and on every replica."""

import itertools
import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import requests
from brokers import Broker
from counting import BROKEN, NO_ANSWER, TIMEOUT
from replicas import Counters, Replica, figures
from services import eventually

CLIENTS = 8
POSTS = 2_000
ALLOWED = {201, 503, 504}
Blow = Callable[[], object]


class Posts:
    """Creates numbered counters from several clients at once, through any replica, and notes every answer.

    Even numbers are sent again, with their Idempotency-Key, until they are created; odd ones are sent once.
    """

    def __init__(self, replicas: Sequence[Replica]) -> None:
        self.answers: dict[int, list[int]] = {number: [] for number in range(POSTS)}
        """Statuses, by number; NO_ANSWER where the connection broke."""
        self.created: dict[int, str] = {}
        """Ids, by number."""
        self._replicas = replicas
        self._numbers = itertools.count()
        self._given_up = threading.Event()

    @contextmanager
    def under_way(self) -> Iterator[None]:
        with ThreadPoolExecutor(CLIENTS) as pool:
            clients = [pool.submit(self._send_all) for _ in range(CLIENTS)]
            try:
                yield
            except BaseException:
                self._given_up.set()
                raise
        for client in clients:
            client.result()

    def await_created(self, count: int) -> None:
        """Return once so many are created."""
        eventually(lambda: len(self.created) >= count, 60)

    def _send_all(self) -> None:
        with requests.Session() as session:
            while (number := next(self._numbers)) < POSTS:
                self._send(session, number)

    def _send(self, session: requests.Session, number: int) -> None:
        """Once; or, with a key, as often as it takes."""
        while not self._creates(session, number):
            given_up = self._given_up.wait(0.1)  # a client pauses that is told to try again
            if given_up or not has_key(number):
                return

    def _creates(self, session: requests.Session, number: int) -> bool:
        url = f"{random.choice(self._replicas).url}/counters"
        headers = {"Idempotency-Key": f"key-{number}"} if has_key(number) else {}
        try:
            answer = session.post(url, json={"name": str(number)}, headers=headers, timeout=TIMEOUT)
        except BROKEN:
            self.answers[number].append(NO_ANSWER)
            return False
        assert answer.status_code in ALLOWED, answer.text
        self.answers[number].append(answer.status_code)
        if answer.status_code == 201:
            self.created[number] = answer.json()["id"]
        return answer.status_code == 201


def has_key(number: int) -> bool:
    return number % 2 == 0


def test_killed_services_lose_no_answered_post_and_double_none(counters: Counters) -> None:
    replicas = counters.start(3)
    one, two, three = replicas

    def kill_machine() -> None:
        two.kill()
        two.start_again()

    def kill_master() -> None:
        three.kill_master()
        three.start_again()

    post_through(counters, replicas, [one.kill_worker, kill_machine, kill_master])


def test_a_killed_broker_loses_no_answered_post_and_doubles_none(
    own_broker: Broker, tmp_path: Path, topic: str
) -> None:
    with Counters(tmp_path, own_broker.url, topic, deadline="2") as counters:  # short, so that some end as unknown
        replicas = counters.start(3)

        def kill_broker_and_worker() -> None:
            own_broker.kill()
            replicas[0].kill_worker()
            own_broker.start()

        answers = post_through(counters, replicas, [kill_broker_and_worker])
    assert answers[504] > 0


def post_through(counters: Counters, replicas: list[Replica], blows: Sequence[Blow]) -> Counter[int]:
    """Post while the blows fall, and hold what the replicas have against what was answered. Gives the answers."""
    posts = Posts(replicas)
    started = time.monotonic()
    with posts.under_way():
        for number, blow in enumerate(blows, 1):
            posts.await_created(number * POSTS // 6)
            blow()
    seconds = time.monotonic() - started

    counters.catch_up(*replicas)
    replicas.append(counters.start_one())  # it knows only what the log says
    eventually(lambda: all_alike(replicas))
    found: dict[str, list[str]] = defaultdict(list)
    for entity in replicas[0].entities():
        found[entity["name"]].append(entity["id"])
    answers = Counter(status for statuses in posts.answers.values() for status in statuses)
    entities = sum(map(len, found.values()))
    figures(created=len(posts.created), answers=dict(answers), entities=entities, seconds=round(seconds, 1))
    assert len(posts.created) > POSTS * 3 // 4
    for number, statuses in posts.answers.items():
        ids = found[str(number)]
        if has_key(number) or number in posts.created:
            assert ids == [posts.created[number]]
        else:
            assert len(ids) <= (0 if statuses == [503] else 1)
    return answers


def all_alike(replicas: Sequence[Replica]) -> bool:
    """Whether all have the same entities. (What was answered 504 may still come.)"""
    first, *others = ({entity["id"]: entity for entity in replica.entities()} for replica in replicas)
    return all(other == first for other in others)
