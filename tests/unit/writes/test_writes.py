"""Commands, decided by the log."""

from datetime import datetime
from typing import Any

import pytest
from stand_ins import COMMANDS, TOPIC, Bench, application, command, raised

from foldline import jsontext
from foldline.errors import (
    FunctionError,
    NotFound,
    PreconditionFailed,
    Refused,
)
from foldline.event import Entity, Remove, Set
from foldline.functions.ports import Entities
from foldline.log.port import Partition
from foldline.writes.call import IfMatch


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
        assert [headers["follows"] for headers in service.headers()] == [b"-1", b"0", b"1"]


def test_a_record_tells_who_wrote_it(bench: Bench) -> None:
    with bench.running() as service:
        service.send("put", {"n": 1}, "a")
        service.send("add", id="a")
        first, second = service.headers()
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
        assert service.headers() == []


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
        assert len(service.headers()) == 3


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
        assert service.headers() == []


def test_a_command_may_decide_to_write_nothing(bench: Bench) -> None:
    with bench.running(ODD) as service:
        assert service.send("leave", id="a")[:4] == (200, None, None, None)
        service.send("put", {"n": 1}, "a")
        assert service.send("leave", id="a") == (200, None, b'{"id":"a","n":1}', 0, None)
        assert len(service.headers()) == 1


@pytest.mark.parametrize("name", ["wrong", "unwritable", "odd"])
def test_what_a_function_may_not_give_names_its_file_and_line(bench: Bench, name: str) -> None:
    with bench.running(ODD) as service:
        error = raised(lambda: service.send(name, id="a"))
        assert isinstance(error, FunctionError)
        assert f"commands.py:7 things.{name}" in error.message
        assert service.headers() == []


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
