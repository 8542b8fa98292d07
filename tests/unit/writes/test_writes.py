"""Commands, decided by the log."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from typing import Any

import pytest
from stand_ins import COMMANDS, DEADLINE, HOUR, TOPIC, Bench, Replica, application, command, raised, until, value

from foldline import jsontext
from foldline.errors import (
    AlreadyExists,
    Contention,
    FoldlineError,
    FunctionError,
    KeyReused,
    LogError,
    NotFound,
    NotReady,
    PreconditionFailed,
    Refused,
    UnknownOutcome,
)
from foldline.event import Entity, Remove, Set
from foldline.functions.ports import Entities
from foldline.log.port import Failed, Headers, Partition
from foldline.log.sqlite import SqliteLog
from foldline.writes.call import IfMatch


@contextmanager
def another_process(bench: Bench, state: str = "other.db", **options: Any) -> Iterator[Replica]:
    """A second replica, with a log of its own on the same file."""
    with closing(SqliteLog(bench.path)) as log, Bench(bench.folder, log).running(state=state, **options) as replica:
        yield replica


def records(service: Replica) -> list[dict[str, bytes | None]]:
    return [dict(record.headers) for record in service.log.read(Partition(TOPIC, 0), 0, 1000)]


def test_a_create_gives_an_id_and_says_where_the_entity_is(bench: Bench) -> None:
    with bench.running() as service:
        written = service.send("create", {"name": "Tea"})
        assert written.entity is not None
        entity = jsontext.decode(written.entity)
        assert len(entity["id"]) == 22
        assert list(entity) == ["id", "name"]
        assert (written.status, written.location) == (201, f"/things/{entity['id']}")
        assert (written.origin, str(written.position)) == (0, f"{TOPIC}-0@0")
        assert service.get(entity["id"]) == entity


def test_an_update_follows_what_it_was_decided_on(bench: Bench) -> None:
    with bench.running() as service:
        service.send("put", {"n": 1}, "a")
        service.send("add", id="a")
        written = service.send("add", id="a")
        assert written.entity == b'{"id":"a","n":3}'
        assert [headers["follows"] for headers in records(service)] == [b"-1", b"0", b"1"]


def test_a_record_tells_who_wrote_it(bench: Bench) -> None:
    with bench.running() as service:
        service.send("put", {"n": 1}, "a")
        service.send("add", id="a")
        first, second = records(service)
        assert second["ce_type"] == b"things.add"
        assert second["ce_source"] == b"/service"
        assert second["ce_specversion"] == b"1.0"
        assert datetime.fromisoformat((second["ce_time"] or b"").decode()).tzinfo is not None
        assert first["ce_id"] != second["ce_id"]


def test_a_delete_answers_with_the_entity_as_it_was(bench: Bench) -> None:
    with bench.running() as service:
        service.send("put", {"n": 1}, "a")
        written = service.send("delete", id="a")
        assert (written.status, written.entity) == (200, b'{"id":"a","n":1}')
        assert service.get("a") is None
        assert isinstance(raised(lambda: service.send("delete", id="a")), NotFound)
        service.send("put", {"n": 5}, "a")
        assert service.get("a") == {"id": "a", "n": 5}


def test_what_needs_an_entity_and_finds_none_writes_nothing(bench: Bench) -> None:
    with bench.running() as service:
        error = raised(lambda: service.send("add", id="a"))
        assert isinstance(error, NotFound)
        assert error.details == {"id": "a"}
        assert records(service) == []


def test_a_precondition_names_the_entity_that_is_meant(bench: Bench) -> None:
    with bench.running() as service:
        first = service.send("put", {"n": 1}, "a")
        second = service.send("add", id="a", if_match=IfMatch(frozenset({0})))
        error = raised(lambda: service.send("add", id="a", if_match=IfMatch(frozenset({first.origin or 0}))))
        assert isinstance(error, PreconditionFailed)
        assert error.origin == second.origin
        service.send("add", id="a", if_match=IfMatch(frozenset(), anything=True))
        absent = raised(lambda: service.send("put", {}, "b", if_match=IfMatch(frozenset(), anything=True)))
        assert isinstance(absent, PreconditionFailed)
        assert absent.origin is None
        assert len(records(service)) == 3


def refuse(body: Entity) -> Set:
    raise Refused("no such customer", field="customerId")


def leave(current: Entity | None) -> None:
    return None


def wrong(current: Entity | None) -> Any:
    return {"n": 1}


def unwritable(current: Entity | None) -> Set:
    return Set({"tags": {1, 2}})


def odd(current: Entity | None) -> Set:
    return Set({"n": float("nan")})


def crash(current: Entity | None) -> Set:
    raise ZeroDivisionError


def look(id: str, things: Entities) -> Set:
    return Set({"seen": len(things.page())})


def forget(current: Entity | None) -> Remove:
    return Remove()


ODD = application(
    commands=(
        *COMMANDS,
        command("POST /things/refuse", refuse),
        *(
            command(f"POST /things/<id>/{function.__name__}", function)
            for function in (leave, wrong, unwritable, odd, crash, look, forget)
        ),
    )
)


def test_a_refusal_is_handed_on_and_nothing_is_written(bench: Bench) -> None:
    with bench.running(ODD) as service:
        error = raised(lambda: service.send("refuse", {}))
        assert isinstance(error, Refused)
        assert error.details == {"errors": {"customerId": ["no such customer"]}}
        assert records(service) == []


def test_a_command_may_decide_to_write_nothing(bench: Bench) -> None:
    with bench.running(ODD) as service:
        assert service.send("leave", id="a")[:4] == (200, None, None, None)
        service.send("put", {"n": 1}, "a")
        assert service.send("leave", id="a") == (200, None, b'{"id":"a","n":1}', 0, None)
        assert len(records(service)) == 1


@pytest.mark.parametrize("name", ["wrong", "unwritable", "odd"])
def test_what_a_function_may_not_give_names_its_file_and_line(bench: Bench, name: str) -> None:
    with bench.running(ODD) as service:
        error = raised(lambda: service.send(name, id="a"))
        assert isinstance(error, FunctionError)
        assert f"commands.py:7 things.{name}" in error.message
        assert records(service) == []


def test_what_a_function_raises_is_raised(bench: Bench) -> None:
    with bench.running(ODD) as service:
        with pytest.raises(ZeroDivisionError):
            service.send("crash", id="a")
        service.send("put", {"n": 1}, "a")


def test_a_command_sees_other_entities(bench: Bench) -> None:
    with bench.running(ODD) as service:
        service.send("put", {}, "a")
        assert service.send("look", id="b").entity == b'{"id":"b","seen":1}'


def test_a_remove_of_nothing_is_a_remove(bench: Bench) -> None:
    with bench.running(ODD) as service:
        assert service.send("forget", id="a")[:3] == (200, None, None)
        assert service.log.read(Partition(TOPIC, 0), 0, 1)[0].value == b'{"eventType":"remove"}'


# --- keys ---

KEYED: dict[str, str | bytes | None] = {
    "idempotencykey": b"k".ljust(32, b"."),
    "idempotencyrequest": "",
    "answer": "200 ",
}
"""Headers of a record that was written under the key k."""


def test_the_same_key_gets_the_same_answer_here_elsewhere_and_after_a_restart(bench: Bench) -> None:
    with bench.running() as service:
        first = service.send("create", {"n": 1}, key="k")
        service.send("add", id=first.location and first.location.rpartition("/")[2])
        assert service.send("create", {"n": 1}, key="k") == first
        with another_process(bench) as other:
            assert other.send("create", {"n": 1}, key="k") == first
    with bench.running() as service:
        assert service.send("create", {"n": 1}, key="k") == first
        assert len(records(service)) == 2


def test_the_same_key_with_another_request_is_told(bench: Bench) -> None:
    with bench.running() as service:
        service.send("create", {"n": 1}, key="k", request="one")
        assert isinstance(raised(lambda: service.send("create", {"n": 2}, key="k", request="two")), KeyReused)


def test_a_key_comes_before_a_precondition(bench: Bench) -> None:
    with bench.running() as service:
        service.send("put", {"n": 1}, "a")
        match = IfMatch(frozenset({0}))
        first = service.send("add", id="a", key="k", if_match=match)
        assert service.send("add", id="a", key="k", if_match=match) == first


def test_a_create_whose_entity_was_made_otherwise_is_told(bench: Bench) -> None:
    with bench.running() as service:
        written = service.send("create", {"n": 1}, key="k")
        id_ = (written.location or "").rpartition("/")[2]
        with bench.running(state="late.db", key_window=1) as other:
            bench.write("z", value(), time=2_000_000_000_000)
            other.catch_up()
            assert isinstance(raised(lambda: other.send("create", {"n": 1}, key="k")), AlreadyExists)
            other.send("delete", id=id_)
            assert isinstance(raised(lambda: other.send("create", {"n": 1}, key="k")), AlreadyExists)


def test_a_key_that_is_used_anew_after_its_time_gets_the_later_answer_from_everybody(bench: Bench) -> None:
    """However many records are folded at once: a replica that is rebuilt must not decide a third time."""
    start, window = 2_000_000_000_000, 24 * HOUR * 1000
    with bench.running() as service:
        bench.write("a", value(n=1), KEYED, time=start)
        service.catch_up()
        bench.write("z", value(), time=int(start + window + 5))
        bench.write("a", value(n=2), KEYED, time=int(start + window + 10))
        service.catch_up()
        answer = service.send("add", id="a", key="k")
        assert answer.entity == b'{"id":"a","n":2}'
        with bench.running(state="fresh.db") as fresh:
            assert fresh.send("add", id="a", key="k") == answer


def test_a_repairs_key_is_not_read(bench: Bench) -> None:
    with bench.running() as service:
        bench.write("a", value(n=1), {"follows": "-1"})
        bench.write("a", value(n=1), {"follows": "-1", "repairs": "0", **KEYED})
        service.catch_up()
        assert service.send("add", id="a", key="k").entity == b'{"id":"a","n":2}'


# --- several writers ---


def test_writers_on_two_replicas_overwrite_nobody(bench: Bench) -> None:
    each = 25
    with bench.running(deadline=DEADLINE) as here, another_process(bench, deadline=DEADLINE) as there:
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
    with bench.running(deadline=DEADLINE) as here, another_process(bench, deadline=DEADLINE) as there:
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
    with bench.running(deadline=DEADLINE) as here, another_process(bench, deadline=DEADLINE) as there:
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


# --- a log that fails ---


class FailingLog(SqliteLog):
    """A log whose appends are refused, fail later, or are written and reported as failed."""

    mode = "good"

    def append(self, topic: str, key: bytes, value: bytes, headers: Headers, failed: Failed) -> None:
        match self.mode:
            case "refused":
                raise LogError("too large")
            case "failed":
                failed(LogError("timed out"))
            case "written and failed":
                super().append(topic, key, value, headers, failed)
                assert self.flush(DEADLINE)
                failed(LogError("timed out"))
            case "lost":
                pass
            case _:
                super().append(topic, key, value, headers, failed)


@pytest.fixture
def failing(bench: Bench) -> Iterator[Bench]:
    with closing(FailingLog(bench.path)) as log:
        yield Bench(bench.folder, log)


FAILURES: dict[str, type[FoldlineError]] = {"refused": LogError, "failed": UnknownOutcome, "lost": UnknownOutcome}


@pytest.mark.parametrize("mode", FAILURES)
def test_a_failed_append_is_told_and_its_entity_can_be_written_again(failing: Bench, mode: str) -> None:
    assert isinstance(failing.log, FailingLog)
    with failing.running(deadline=0.3) as service:
        failing.log.mode = mode
        error = raised(lambda: service.send("put", {"n": 1}, "a"))
        assert type(error) is FAILURES[mode]
        failing.log.mode = "good"
        assert records(service) == []
        assert not service.fold.outcomes
        service.send("put", {"n": 2}, "a")
        assert service.get("a") == {"id": "a", "n": 2}


def test_a_write_that_was_reported_lost_and_was_not_is_there_once(failing: Bench) -> None:
    assert isinstance(failing.log, FailingLog)
    with failing.running() as service:
        failing.log.mode = "written and failed"
        with suppress(UnknownOutcome):  # unless the fold is faster than the bad news
            service.send("put", {"n": 1}, "a", key="k")
        failing.log.mode = "good"
        service.catch_up()
        assert service.send("put", {"n": 1}, "a", key="k").entity == b'{"id":"a","n":1}'
        assert len(records(service)) == 1


def test_past_the_deadline_the_outcome_is_unknown_and_a_retry_with_the_key_finds_it(bench: Bench) -> None:
    with bench.running(deadline=0.2) as service:
        stalled, go_on = threading.Event(), threading.Event()

        def stall(_: object) -> None:
            stalled.set()
            go_on.wait(DEADLINE)

        service.fold.on_commit(stall)
        bench.write("z", value())
        assert stalled.wait(DEADLINE)
        assert isinstance(raised(lambda: service.send("put", {"n": 1}, "a", key="k")), UnknownOutcome)
        go_on.set()
        service.catch_up()
        assert service.send("put", {"n": 1}, "a", key="k").origin == 1
        assert len(records(service)) == 2


def test_commands_that_wait_when_the_service_stops_end_as_unknown(failing: Bench) -> None:
    assert isinstance(failing.log, FailingLog)
    failing.log.mode = "lost"
    with failing.running(deadline=DEADLINE) as service, ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(lambda: raised(lambda: service.send("put", {"n": 1}, "a")))
        until(lambda: service.fold.outcomes)
        service.fold.stop(timeout=0.1)
        assert isinstance(waiting.result(DEADLINE), UnknownOutcome)


def test_a_command_that_waits_while_the_service_stops_is_folded_first(bench: Bench) -> None:
    with bench.running(deadline=DEADLINE) as service, ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(service.send, "put", {"n": n}, f"a{n}") for n in range(8)]
        until(lambda: service.fold.outcomes or all(future.done() for future in waiting))
        service.fold.stop()
        for future in waiting:
            error = future.exception(DEADLINE)
            assert error is None or isinstance(error, UnknownOutcome | NotReady)
