"""Idempotency keys: the same request gets the same answer, and is carried out once."""

import time

from stand_ins import HOUR, Bench, raised, value

from foldline.errors import (
    AlreadyExists,
    KeyReused,
)
from foldline.writes.call import IfMatch

KEYED: dict[str, str | bytes | None] = {
    "idempotencykey": b"k".hex().ljust(64, "0"),
    "idempotencyrequest": "",
    "answer": "200 ",
}
"""Headers of a record that was written under the key k."""


def test_the_same_key_gets_the_same_answer_here_elsewhere_and_after_a_restart(bench: Bench) -> None:
    with bench.running() as service:
        first = service.send("create", {"n": 1}, key="k")
        service.send("add", id=first.location and first.location.rpartition("/")[2])
        assert service.send("create", {"n": 1}, key="k") == first
        with bench.another_process() as other:
            assert other.send("create", {"n": 1}, key="k") == first
    with bench.running() as service:
        assert service.send("create", {"n": 1}, key="k") == first
        assert len(service.headers()) == 2


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


def test_a_key_that_is_too_old_to_count_is_not_even_kept(bench: Bench) -> None:
    now = int(time.time() * 1000)
    with bench.running(key_window=HOUR) as service:
        bench.write("b", value(n=1), KEYED | {"idempotencykey": "new"}, time=now)
        service.catch_up()  # a service forgets old keys in its first commit, and then now and then
        bench.write("a", value(n=1), KEYED | {"idempotencykey": "old"}, time=now - int(2.5 * HOUR * 1000))
        service.catch_up()
        assert service.rows("SELECT key FROM foldline_keys") == [(b"new",)]
