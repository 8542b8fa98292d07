"""Queries, each on one snapshot."""

import threading
from contextlib import closing
from typing import Any

import pytest
from stand_ins import DEADLINE, TOPIC, Bench, application, projector, query, raised, tally, topic, value

from foldline.errors import NotFound, NotReady, SqlRefused, TooSlow, UnknownPosition, Unreadable
from foldline.event import Entity, Position
from foldline.functions.ports import Args, Entities, Stored, Tables
from foldline.log.sqlite import SqliteLog


def sql(args: Args, db: Tables) -> list[Any]:
    return [tuple(row) for row in db.execute(args["sql"], args.get("params", ()))]


ASKING = application(queries=[query("GET /sql", sql)], projectors=[projector(tally)])


def test_a_query_is_given_what_it_names(bench: Bench) -> None:
    def look(id: str, args: Args, things: Entities, db: Tables) -> Any:
        [row] = db.execute("SELECT n FROM tally WHERE id = ?", [id])
        return [id, args, things[id], row["n"]]

    with bench.running(application(queries=[query("GET /l/<id>", look)], projectors=[projector(tally)])) as service:
        bench.write("a", value(n=7))
        service.catch_up()
        answer = service.ask("look", "a", limit=3)
        assert answer.value == ["a", {"limit": 3}, {"id": "a", "n": 7}, 7]
        assert answer.position == f"{TOPIC}-0@0"


def test_an_entity_carries_its_origin(bench: Bench) -> None:
    with bench.running() as service:
        bench.write("z", value())
        bench.write("a", value())
        service.catch_up()
        found = service.ask("one", "a").value
        assert isinstance(found, Stored)
        assert found.origin == 1
        error = raised(lambda: service.ask("one", "b"))
        assert isinstance(error, NotFound)
        assert error.details == {"id": "b"}


def test_entities_and_tables_are_of_one_moment(bench: Bench) -> None:
    """However the fold goes on meanwhile."""
    began, go_on = threading.Event(), threading.Event()

    def compare(things: Entities, db: Tables) -> Any:
        before = things["a"]["n"]
        began.set()
        assert go_on.wait(DEADLINE)
        [[tallied]] = db.execute("SELECT n FROM tally")
        [[seen]] = db.execute("SELECT payload ->> '$.n' FROM things")
        return [before, tallied, seen, things["a"]["n"]]

    comparing = application(queries=[query("GET /compare", compare)], projectors=[projector(tally)])
    with bench.running(comparing) as service:
        bench.write("a", value(n=1))
        service.catch_up()
        answers: list[Any] = []
        asking = threading.Thread(target=lambda: answers.append(service.ask("compare")))
        asking.start()
        assert began.wait(DEADLINE)
        bench.write("a", value(n=2))
        service.pass_end()
        go_on.set()
        asking.join()
        assert answers[0].value == [1, 1, 1, 1]
        assert answers[0].position == f"{TOPIC}-0@0"
        assert service.ask("compare").value == [2, 2, 2, 2]


def test_pages_go_by_id(bench: Bench) -> None:
    with bench.running() as service:
        for key in ("b", "a", "d", "c", "\u00e9", "A"):
            bench.write(key, value())
        bench.write("c", None)
        service.catch_up()
        first = service.ask("browse", limit=2).value
        assert ([entity["id"] for entity in first], first.after) == (["A", "a"], "a")
        second = service.ask("browse", limit=2, after=first.after).value
        assert ([entity["id"] for entity in second], second.after) == (["b", "d"], "d")
        last = service.ask("browse", limit=2, after=second.after).value
        assert ([entity["id"] for entity in last], last.after) == (["\u00e9"], None)


REFUSED = [
    "DELETE FROM tally",
    "INSERT INTO tally VALUES ('a', 1, 1)",
    "SELECT * FROM foldline_entities",
    "SELECT * FROM foldline_positions",
    "SELECT name FROM sqlite_schema",
    "CREATE TEMP TABLE mine (id TEXT)",
    "DROP VIEW things",
    "PRAGMA query_only = OFF",
    "ATTACH ':memory:' AS other",
    "COMMIT",
    "SELECT load_extension('x')",
]


@pytest.mark.parametrize("statement", REFUSED)
def test_a_query_writes_nothing_and_reads_nothing_of_the_runtimes_own(bench: Bench, statement: str) -> None:
    with bench.running(ASKING) as service:
        error = raised(lambda: service.ask("sql", sql=statement))
        assert isinstance(error, SqlRefused)
        assert "it may read tally, things" in error.message
        assert service.ask("sql", sql="SELECT count(*) FROM tally").value == [(0,)]


def test_a_query_that_runs_for_ever_is_stopped(bench: Bench) -> None:
    forever = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT sum(i) FROM n"
    with bench.running(ASKING) as service:
        assert isinstance(raised(lambda: service.ask("sql", sql=forever)), TooSlow)
        assert service.ask("sql", sql="SELECT 1").value == [(1,)]


def test_many_threads_ask_at_once(bench: Bench) -> None:
    with bench.running(ASKING) as service:
        bench.write("a", value(n=1))
        service.catch_up()
        wrong: list[object] = []

        def ask(number: int) -> None:
            for turn in range(50):
                answer = service.ask("sql", sql=f"SELECT n + {turn % 5} FROM tally WHERE id = ?", params=["a"])
                if answer.value != [(1 + turn % 5,)]:
                    wrong.append(answer)

        threads = [threading.Thread(target=ask, args=[number]) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert wrong == []


def test_a_write_is_read_on_another_replica_that_waits_for_its_position(bench: Bench) -> None:
    with (
        closing(SqliteLog(bench.path)) as log,
        bench.running() as here,
        Bench(bench.folder, log).running(state="other.db") as there,
    ):
        for n in range(30):
            written = here.send("put", {"n": n}, "a")
            assert written.position is not None
            there.reads.wait_for([written.position], DEADLINE)
            assert there.ask("one", "a").value["n"] == n


def upcast(entity: Entity) -> Entity:
    if "cents" not in entity:
        raise KeyError("cents")
    return {"price": entity["cents"] / 100, "id": "wrong"}


def test_an_upcast_brings_old_entities_up_to_date_wherever_they_are_read(bench: Bench) -> None:
    running = application(topic(upcast=upcast), queries=[*application().queries, query("GET /sql", sql)])
    with bench.running(running) as service:
        bench.write("a", value(cents=250))
        service.catch_up()
        assert service.ask("one", "a").value == {"price": 2.5, "id": "a"}
        assert service.ask("browse").value == [{"price": 2.5, "id": "a"}]
        assert service.ask("sql", sql="SELECT payload ->> '$.price' FROM things").value == [(2.5,)]
        bench.write("b", value(n=1))
        service.catch_up()
        error = raised(lambda: service.ask("one", "b"))
        assert isinstance(error, Unreadable)
        assert "things b" in error.message


def test_a_position_that_the_log_does_not_have_is_told_from_one_that_is_not_folded_yet(bench: Bench) -> None:
    with bench.running() as service:
        bench.write("a", value(n=1))
        beyond, elsewhere = Position(TOPIC, 0, 1), Position("t.elsewhere", 0, 9)
        service.reads.wait_for([Position(TOPIC, 0, 0), elsewhere], DEADLINE)
        assert type(raised(lambda: service.reads.wait_for([beyond, elsewhere], 0.01))) is UnknownPosition
        assert type(raised(lambda: service.reads.wait_for([beyond], 0))) is NotReady
        bench.write("a", value(n=2))
        service.reads.wait_for([beyond], DEADLINE)
