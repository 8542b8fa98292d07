"""What projectors are shown, and what becomes of events that they raise on."""

import sqlite3
from datetime import UTC, datetime
from typing import Any

import pytest
from stand_ins import REMOVE, TOPIC, Bench, Replica, application, contents, projector, raised, tally, until, value

from foldline.errors import NotFound, Refused, SetupError
from foldline.event import Event
from foldline.functions.ports import Tables

SEEN = "CREATE TABLE seen (number INTEGER PRIMARY KEY, id TEXT, before TEXT, after TEXT)"


def watch(event: Event, db: Tables) -> None:
    """Keep what is shown; raise on what says so."""
    if event.after is not None and event.after.get("bad"):
        raise ValueError(f"bad {event.after['bad']}")
    names = [None if state is None else str(state.get("name")) for state in (event.before, event.after)]
    db.execute("INSERT INTO seen (id, before, after) VALUES (?, ?, ?)", [event.id, *names])


WATCHING = application(projectors=[projector(watch, SEEN)])


def seen(service: Replica) -> list[tuple[Any, ...]]:
    return service.rows("SELECT id, before, after FROM seen ORDER BY number")


def test_a_projector_sees_each_change_with_what_was_before(bench: Bench) -> None:
    with bench.running(WATCHING) as service:
        bench.write("a", value(name="Tea"))
        bench.write("a", value(name="Coffee"))
        bench.write("a", value(name="Cocoa"), {"follows": "-1"})
        bench.write("a", REMOVE)
        bench.write("a", None)
        service.catch_up()
        assert seen(service) == [("a", None, "Tea"), ("a", "Tea", "Coffee"), ("a", "Coffee", None), ("a", None, None)]


def test_an_event_says_where_and_when_it_happened(bench: Bench) -> None:
    events: list[Event] = []

    def keep(event: Event) -> None:
        events.append(event)

    with bench.running(application(projectors=[projector(keep, SEEN)])) as service:
        bench.write("a", value(), time=1_767_225_600_123)
        bench.write("a", value(), {"ce_time": "2026-01-01T01:00:00+01:00"})
        bench.write("a", value(), {"ce_time": "2026-01-01T00:00:00"})
        bench.write("a", value(), {"ce_time": "0001-01-01T00:00:00+14:00"}, time=1_767_225_600_456)
        bench.write("a", value(), {"ce_time": "noon"}, time=1_767_225_600_456)
        service.catch_up()
    start = datetime(2026, 1, 1, tzinfo=UTC)
    assert [event.time.replace(microsecond=0) for event in events] == [start] * 5
    assert [event.time.microsecond for event in events] == [123_000, 0, 0, 456_000, 456_000]
    assert [str(event.position) for event in events] == [f"{TOPIC}-0@{offset}" for offset in range(5)]


def test_a_projector_is_filled_from_the_entities_at_its_first_start(bench: Bench) -> None:
    with bench.running():
        bench.write("b", value(name="Tea"))
        bench.write("a", value(name="Coffee"))
        bench.write("a", value(name="Cocoa"))
        bench.write("c", value(name="Milk"))
        bench.write("c", REMOVE)
    with bench.running(WATCHING) as service:
        assert seen(service) == [("a", None, "Cocoa"), ("b", None, "Tea")]


def test_a_restart_shows_nothing_again(bench: Bench) -> None:
    with bench.running(WATCHING) as service:
        bench.write("a", value(name="Tea"))
        service.catch_up()
    bench.write("a", value(name="Coffee"))
    with bench.running(WATCHING) as service:
        assert seen(service) == [("a", None, "Tea"), ("a", "Tea", "Coffee")]
        assert service.fold.counters["records"] == 1


def test_a_new_version_is_filled_anew_and_its_old_tables_are_dropped(bench: Bench) -> None:
    with bench.running(WATCHING) as service:
        bench.write("a", value(name="Tea"))
        bench.write("a", value(name="Coffee"))
        service.catch_up()
    tables = SEEN.replace("seen", "shown")

    def show(event: Event, db: Tables) -> None:
        db.execute(
            "INSERT INTO shown (id, after) VALUES (?, ?)", [event.id, event.after["name"] if event.after else ""]
        )

    with bench.running(application(projectors=[projector(show, tables, version=2)])) as service:
        assert service.rows("SELECT id, after FROM shown") == [("a", "Coffee")]
        assert service.rows("SELECT name FROM sqlite_schema WHERE name = 'seen'") == []
    with bench.running(WATCHING) as service:
        assert seen(service) == [("a", None, "Coffee")]
        assert service.rows("SELECT name FROM sqlite_schema WHERE name = 'shown'") == []


def test_a_projector_that_is_gone_leaves_nothing(bench: Bench) -> None:
    with bench.running(WATCHING) as service:
        bench.write("a", value(bad="x"))
        service.catch_up()
        assert len(service.operations.parked()) == 1
    with bench.running() as service:
        assert service.operations.parked() == []
        assert service.rows("SELECT name FROM sqlite_schema WHERE name = 'seen'") == []


def test_a_table_may_move_from_one_projector_to_another(bench: Bench) -> None:
    other = "CREATE TABLE other (id TEXT)"
    with bench.running(application(projectors=[projector(watch, SEEN, name="first")])):
        pass
    moved = [projector(watch, SEEN, name="a"), projector(lambda event: None, other, version=2, name="first")]
    with bench.running(application(projectors=moved)) as service:
        assert service.operations.readiness() == ()


@pytest.mark.parametrize("tables", ["CREATE TABLE seen (id TEXT)", SEEN + "; CREATE INDEX by_id ON seen (id)"])
def test_other_tables_without_another_version_stop_the_start(bench: Bench, tables: str) -> None:
    with bench.running(WATCHING):
        pass
    error = raised(lambda: bench.running(application(projectors=[projector(watch, tables)])).__enter__())
    assert isinstance(error, SetupError)
    assert "projectors.py:7" in error.message
    assert "version=2" in error.message


def test_an_event_that_a_projector_raises_on_is_parked_after_three_tries_and_the_fold_goes_on(bench: Bench) -> None:
    tries = []

    def fail(event: Event, db: Tables) -> None:
        tries.append(event.id)
        db.execute("INSERT INTO seen (id) VALUES (?)", [event.id])
        if event.id == "a":
            raise KeyError("price")

    with bench.running(application(projectors=[projector(fail, SEEN)])) as service:
        bench.write("a", value(name="Tea"), {"ce_type": "things.create"})
        bench.write("b", value(name="Coffee"))
        service.catch_up()
        assert tries == ["a", "a", "a", "b"]
        assert service.rows("SELECT id FROM seen") == [("b",)]
        [parked] = service.operations.parked()
        assert parked["projector"] == "tally"
        assert parked["id"] == "a"
        assert parked["position"] == f"{TOPIC}-0@0"
        assert parked["before"] is None
        assert parked["after"] == {"id": "a", "name": "Tea"}
        assert parked["headers"] == [["ce_type", "things.create"]]
        assert parked["reason"] == "KeyError: 'price'"
        assert service.operations.status().parked == 1
        assert service.get("a") == {"id": "a", "name": "Tea"}


def test_the_next_event_of_an_entity_tells_what_was_last_seen_and_clears_what_was_parked(bench: Bench) -> None:
    with bench.running(WATCHING) as service:
        bench.write("a", value(name="Tea"))
        bench.write("a", value(name="Coffee", bad="1"))
        bench.write("a", value(name="Cocoa", bad="2"))
        service.catch_up()
        [parked] = service.operations.parked()
        assert (parked["before"]["name"], parked["after"]["name"], parked["reason"]) == (
            "Tea",
            "Cocoa",
            "ValueError: bad 2",
        )
        bench.write("a", value(name="Milk"))
        service.catch_up()
        assert seen(service) == [("a", None, "Tea"), ("a", "Tea", "Milk")]
        assert service.operations.parked() == []


def test_a_parked_event_is_tried_again_at_start(bench: Bench) -> None:
    with bench.running(WATCHING) as service:
        bench.write("a", value(name="Tea"))
        bench.write("a", value(name="Coffee", bad="x"))
        service.catch_up()
    with bench.running(WATCHING) as service:
        assert [event["reason"] for event in service.operations.parked()] == ["ValueError: bad x"]

    def mended(event: Event, db: Tables) -> None:
        after = event.after or {}
        db.execute("INSERT INTO seen (id, after) VALUES (?, ?)", [event.id, f"{after['name']}, mended"])

    with bench.running(application(projectors=[projector(mended, SEEN)])) as service:
        assert service.rows("SELECT after FROM seen ORDER BY number") == [("Tea",), ("Coffee, mended",)]
        assert service.operations.parked() == []


def test_a_new_version_starts_with_nothing_parked(bench: Bench) -> None:
    with bench.running(WATCHING) as service:
        bench.write("a", value(name="Tea", bad="x"))
        service.catch_up()
    with bench.running(application(projectors=[projector(tally, version=2)])) as service:
        assert service.operations.parked() == []
        assert service.rows("SELECT id, shown FROM tally") == [("a", 1)]


def test_what_a_projector_raises_on_while_it_is_filled_is_parked_too(bench: Bench) -> None:
    with bench.running():
        for id_ in "abc":
            bench.write(id_, value(name=id_, bad="x" if id_ == "b" else None))
    with bench.running(WATCHING) as service:
        assert seen(service) == [("a", None, "a"), ("c", None, "c")]
        assert [event["id"] for event in service.operations.parked()] == ["b"]


def test_an_operator_tries_again_or_gives_up(bench: Bench) -> None:
    raises = {"a", "b"}

    def fail(event: Event, db: Tables) -> None:
        if event.id in raises:
            raise RuntimeError("no")
        db.execute("INSERT INTO seen (id) VALUES (?)", [event.id])

    with bench.running(application(projectors=[projector(fail, SEEN)])) as service:
        bench.write("a", value())
        bench.write("b", value())
        service.catch_up()
        first, second = (event["number"] for event in service.operations.parked())
        refused = raised(lambda: service.operations.retry_parked(first))
        assert isinstance(refused, Refused)
        assert "RuntimeError" in refused.message or "no" in refused.message
        assert [event["number"] for event in service.operations.parked()] == [first, second]
        raises.clear()
        service.operations.retry_parked(first)
        service.operations.discard_parked(second)
        assert service.rows("SELECT id FROM seen") == [("a",)]
        assert service.operations.parked() == []
        for act in (service.operations.retry_parked, service.operations.discard_parked):
            assert isinstance(raised(lambda act=act: act(first)), NotFound)  # type: ignore[misc]
        assert isinstance(raised(lambda: service.operations.discard_dead_letter(9)), NotFound)


SQL = {
    "another's table": "SELECT * FROM foldline_entities",
    "a topic": "SELECT * FROM things",
    "a write to the catalogue": "UPDATE sqlite_schema SET sql = ''",
    "a new table": "CREATE TABLE more (id TEXT)",
    "an end of the transaction": "COMMIT",
    "a rollback": "ROLLBACK",
    "a savepoint": "ROLLBACK TO projector",
    "a pragma": "PRAGMA synchronous = OFF",
    "a file": "ATTACH '/tmp/other.db' AS other",
    "a chance": "INSERT INTO seen (id) VALUES (random())",
    "two statements": "DELETE FROM seen; DELETE FROM seen",
    "no SQL": "nonsense",
    "text that is none": "SELECT CAST(x'ff' AS TEXT)",
    "too few values": "INSERT INTO seen (id) VALUES (?)",
}


@pytest.mark.parametrize("what", SQL)
def test_sql_outside_a_projectors_tables_parks_the_event_and_does_no_harm(bench: Bench, what: str) -> None:
    def wander(event: Event, db: Tables) -> None:
        db.execute("INSERT INTO seen (id) VALUES ('mine')")
        db.execute(SQL[what])

    with bench.running(application(projectors=[projector(wander, SEEN)])) as service:
        bench.write("a", value(name="Tea"))
        service.catch_up()
        [parked] = service.operations.parked()
        assert parked["id"] == "a"
        assert service.rows("SELECT * FROM seen") == []
        assert service.get("a") == {"id": "a", "name": "Tea"}
        assert service.operations.readiness() == ()


def test_a_refusal_names_the_tables_that_may_be_used(bench: Bench) -> None:
    def wander(db: Tables) -> None:
        db.execute("SELECT * FROM things")

    with bench.running(application(projectors=[projector(wander, SEEN)])) as service:
        bench.write("a", value())
        service.catch_up()
        assert "it may read and write seen" in service.operations.parked()[0]["reason"]


def test_a_full_disk_is_no_fault_of_an_event_even_where_the_projector_swallows_it(bench: Bench) -> None:
    def grow(event: Event, db: Tables) -> None:
        try:
            db.execute("INSERT INTO seen (id, after) VALUES (?, zeroblob(3000000))", [event.id])
        except sqlite3.Error:
            return

    running = application(projectors=[projector(grow, SEEN)])
    with bench.running(running) as service:
        pages = service.rows("PRAGMA page_count")[0][0]
        service.fold.jobs.submit(
            lambda: service.state.writer.execute(f"PRAGMA max_page_count = {pages + 200}").fetchall()
        )
        bench.write("a", value(name="Tea"))
        until(service.operations.readiness)
        assert service.get("a") is None
        assert service.rows("SELECT next FROM foldline_positions") == [(0,)]
        service.fold.jobs.submit(lambda: service.state.writer.execute("PRAGMA max_page_count = 1000000").fetchall())
        service.catch_up()
        assert service.rows("SELECT id FROM seen") == [("a",)]
        assert service.operations.parked() == []
        lived = contents(service)
    with bench.running(running, "fresh.db") as fresh:
        assert contents(fresh) == lived
