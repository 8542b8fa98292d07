"""Where the fold goes on, and how it notices that the log is not the one that it folded."""

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from stand_ins import TOPIC, Bench, application, contents, projector, tally, topic, until, value

from foldline.log.sqlite import SqliteLog


def on_the_log(bench: Bench, sql: str, *params: object) -> None:
    with closing(sqlite3.connect(bench.path, timeout=10)) as connection, connection:
        connection.execute(sql, params)


def names_aside(bench: Bench) -> list[str]:
    return [path.name for path in bench.folder.glob("*.aside-*") if path.suffix not in {"-wal", "-shm"}]


def test_a_restart_reads_on_from_where_it_was(bench: Bench) -> None:
    with bench.running() as service:
        bench.write("a", value(n=1))
        service.catch_up()
    with bench.running() as service:
        assert service.fold.counters["records"] == 0
        bench.write("a", value(n=2))
        service.catch_up()
        assert service.fold.counters["records"] == 1
    assert names_aside(bench) == []


def test_a_log_that_lost_what_was_folded_to_the_last_record_is_the_same_log(bench: Bench) -> None:
    with bench.running() as service:
        bench.write("a", value(n=1))
        service.catch_up()
    on_the_log(bench, "DELETE FROM records")
    with bench.running() as service:
        assert service.get("a") == {"id": "a", "n": 1}
        bench.write("a", value(n=2))
        service.catch_up()
        assert service.fold.counters["records"] == 1
    assert names_aside(bench) == []


ANOTHER_LOG = {
    "another topic of the name": ("UPDATE topics SET identity = 'another'",),
    "a log cut at its end": ('DELETE FROM records WHERE "offset" > 0', 'UPDATE partitions SET "end" = 1'),
    "a log cut at its beginning": (
        "DELETE FROM records",
        "INSERT INTO records VALUES (1, 0, 9, 1, CAST('z' AS BLOB), CAST('{\"eventType\":\"remove\"}' AS BLOB), '[]')",
        'UPDATE partitions SET "end" = 10',
    ),
    "another record at the last place": ('UPDATE records SET value = CAST(\'{"eventType":"remove"}\' AS BLOB)',),
    "the same record at another time": ("UPDATE records SET time = time + 1",),
}


@pytest.mark.parametrize("what", ANOTHER_LOG)
def test_another_log_is_noticed_at_start_and_the_state_is_rebuilt(bench: Bench, what: str) -> None:
    running = application(projectors=[projector(tally)])
    with bench.running(running) as service:
        bench.write("a", value(n=1))
        bench.write("b", value(n=1))
        service.catch_up()
    for statement in ANOTHER_LOG[what]:
        on_the_log(bench, statement)
    with closing(SqliteLog(bench.path)) as log:
        again = Bench(bench.folder, log)
        with again.running(running) as service:
            lived = contents(service, "tally")
        with again.running(running, "fresh.db") as fresh:
            assert contents(fresh, "tally") == lived
    assert len(names_aside(bench)) == 1


def test_another_topic_of_the_same_name_is_noticed_live(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foldline.fold.watch._IDENTITIES_EVERY", 0.01)
    with bench.running(application(projectors=[projector(tally)])) as service:
        bench.write("a", value(n=1))
        service.catch_up()
        on_the_log(bench, "UPDATE topics SET identity = 'another'")
        until(lambda: names_aside(bench))
        service.catch_up()
        assert service.get("a") == {"id": "a", "n": 1}
        assert service.rows("SELECT shown FROM tally") == [(1,)]
        assert service.operations.readiness() == ()


def test_a_log_that_is_cut_is_noticed_live(bench: Bench) -> None:
    with bench.running() as service:
        bench.write("a", value(n=1))
        bench.write("b", value(n=2))
        service.catch_up()
        on_the_log(bench, "DELETE FROM records")
        on_the_log(bench, 'UPDATE partitions SET "end" = 0')
        until(lambda: service.get("a") is None)
        bench.write("c", value(n=3))
        service.catch_up()
        assert service.ask("browse").value == [{"id": "c", "n": 3}]


def test_a_topic_that_is_folded_no_more_is_forgotten(bench: Bench) -> None:
    both = application(topic(), topic("others"), commands=())
    with bench.running(both) as service:
        bench.write("a", value(n=1))
        bench.write("b", value(n=1), topic="t.others")
        bench.write("b", "nonsense", topic="t.others")
        service.catch_up()
        assert len(service.fold.repairs) == 1
    with bench.running() as service:
        assert len(service.fold.repairs) == 0
        assert {row[0] for row in service.rows("SELECT topic FROM foldline_positions")} == {TOPIC}
        assert service.operations.dead_letters() == []
    with bench.running(both) as service:
        assert service.rows("SELECT id FROM others") == [("b",)]


def test_a_topic_that_is_read_from_another_place_is_rebuilt(bench: Bench) -> None:
    with bench.running() as service:
        for n in range(3):
            bench.write("a", value(n=n))
        service.catch_up()
    moved = topic("moved")
    renamed = application(replace(moved, declared=replace(moved.declared, name="things")))
    with bench.running(renamed) as service:
        bench.write("a", value(n=9), {"follows": "-1"}, topic="t.moved")
        service.catch_up()
        assert service.get("a") == {"id": "a", "n": 9}


def test_a_topic_that_is_missing_is_waited_for(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench.log, "create", lambda specs: None)
    with bench.running(ready=False) as service:
        until(lambda: service.fold.trouble)
        assert "foldline topics create" in str(service.fold.trouble)
        assert any(TOPIC in reason for reason in service.operations.readiness())
        monkeypatch.undo()
        bench.log.create([topic().declared.spec])
        service.catch_up()
        assert service.operations.readiness() == ()
