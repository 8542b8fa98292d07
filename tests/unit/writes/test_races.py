"""Several writers at once, on one replica and on several."""

import threading
from concurrent.futures import ThreadPoolExecutor

from stand_ins import DEADLINE, Bench, Replica, application, command, raised, value

from foldline.errors import (
    Contention,
    PreconditionFailed,
)
from foldline.event import Entity, Set
from foldline.writes.call import IfMatch


def test_writers_on_two_replicas_overwrite_nobody(bench: Bench) -> None:
    each = 25
    with bench.running(deadline=DEADLINE) as here, bench.another_process(deadline=DEADLINE) as there:
        here.send("put", {"n": 0}, "a")
        there.catch_up()

        def add(service: Replica) -> int:
            return sum(service.send("add", id="a").status == 200 for _ in range(each))

        with ThreadPoolExecutor(4) as pool:
            done = sum(pool.map(add, [here, there, here, there]))
        assert done == 4 * each
        for service in (here, there):
            service.catch_up()
            assert service.get("a") == {"id": "a", "n": done}
        assert here.fold.counters["accepted"] == done + 1


def test_the_same_key_on_two_replicas_at_once_writes_once(bench: Bench) -> None:
    with bench.running(deadline=DEADLINE) as here, bench.another_process(deadline=DEADLINE) as there:
        here.send("put", {"n": 0}, "a")
        there.catch_up()
        for round_ in range(10):
            with ThreadPoolExecutor(4) as pool:
                answers = set(
                    pool.map(lambda s, key=f"k{round_}": s.send("add", id="a", key=key), [here, there, here, there])
                )
            assert len(answers) == 1
        assert here.get("a") == {"id": "a", "n": 10}


def test_creates_with_one_key_on_two_replicas_make_one_entity(bench: Bench) -> None:
    with bench.running(deadline=DEADLINE) as here, bench.another_process(deadline=DEADLINE) as there:
        with ThreadPoolExecutor(4) as pool:
            answers = set(pool.map(lambda s: s.send("create", {"n": 1}, key="k"), [here, there, here, there]))
        assert len(answers) == 1
        assert len(here.ask("browse").value) == 1


class Meddler:
    """Another writer, always a little faster."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.origin = -1

    def add(self, current: Entity | None) -> Set:
        self.origin = self.bench.write("a", value(n=0), {"follows": str(self.origin)})
        return Set({"n": 1})


def test_a_command_that_always_loses_gives_up_in_time_and_has_written_nothing(bench: Bench) -> None:
    meddler = Meddler(bench)
    with bench.running(application(commands=[command("POST /things/<id>/add", meddler.add)]), deadline=2) as service:
        assert isinstance(raised(lambda: service.send("add", id="a")), Contention)
        assert service.get("a") == {"id": "a", "n": 0}
        assert service.fold.counters["lost"] > 1


def test_a_lost_write_with_a_precondition_is_told_what_the_entity_is_now(bench: Bench) -> None:
    meddler = Meddler(bench)
    with bench.running(application(commands=[command("POST /things/<id>/add", meddler.add)])) as service:
        meddler.origin = bench.write("a", value(n=7))
        service.catch_up()
        error = raised(lambda: service.send("add", id="a", if_match=IfMatch(frozenset({0}))))
        assert isinstance(error, PreconditionFailed)
        assert error.origin == 1


def test_one_command_at_a_time_for_an_entity(bench: Bench) -> None:
    running, most, entered = 0, 0, threading.Lock()

    def add(current: Entity | None) -> Set:
        nonlocal running, most
        with entered:
            running += 1
            most = max(most, running)
        threading.Event().wait(0.005)
        with entered:
            running -= 1
        return Set({"n": (current or {"n": 0})["n"] + 1})

    with bench.running(application(commands=[command("POST /things/<id>/add", add)])) as service:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _: service.send("add", id="a"), range(16)))
        assert most == 1
        assert service.get("a")["n"] == 16
        assert service.fold.counters["lost"] == 0
