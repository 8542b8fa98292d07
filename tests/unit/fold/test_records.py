"""What the fold makes of any record that is on the log."""

import pytest
from stand_ins import REMOVE, TOPIC, Bench, application, contents, projector, raised, tally, topic, until, value

from foldline.errors import DeadOnArrival, Unreadable
from foldline.log.partitioner import partition_of


def test_a_record_without_headers_counts(bench: Bench) -> None:
    with bench.running() as service:
        bench.write("a", value(name="Tea"))
        bench.write("a", value(name="Coffee"))
        service.catch_up()
        assert service.get("a") == {"id": "a", "name": "Coffee"}
        assert service.fold.counters["accepted"] == 2


def test_the_key_wins_over_the_payloads_id(bench: Bench) -> None:
    with bench.running() as service:
        bench.write("a", value(id="b", name="Tea"))
        service.catch_up()
        assert service.get("a") == {"id": "a", "name": "Tea"}
        assert service.get("b") is None


def test_a_null_removes(bench: Bench) -> None:
    with bench.running() as service:
        bench.write("a", value(name="Tea"))
        bench.write("a", None)
        service.catch_up()
        assert service.get("a") is None
        assert service.ask("browse").value == []


DEAD: dict[str, tuple[str | bytes | None, str, dict[str, str | None]]] = {
    "no key": (None, value(), {}),
    "an empty key": ("", value(), {}),
    "a key that is not UTF-8": (b"\xff", value(), {}),
    "no JSON": ("a", "tea", {}),
    "no object": ("a", "[1]", {}),
    "no eventType": ("a", '{"payload":{}}', {}),
    "an eventType that is no text": ("a", '{"eventType":1}', {}),
    "an empty value": ("a", "", {}),
    "a follows that is no number": ("a", value(), {"follows": "one"}),
    "a follows of nothing": ("a", value(), {"follows": None}),
    "a follows below none": ("a", value(), {"follows": "-2"}),
    "a follows with a sign": ("a", value(), {"follows": "+0"}),
    "a follows of many digits": ("a", value(), {"follows": "9" * 5000}),
    "a follows in other digits": ("a", value(), {"follows": "\u0663"}),
    "a follows at its own offset": ("a", value(), {"follows": "1"}),
    "a follows after itself": ("a", value(), {"follows": "7"}),
    "a repairs at its own offset": ("a", value(), {"follows": "0", "repairs": "1"}),
    "a repairs before what it follows": ("a", value(), {"follows": "0", "repairs": "0"}),
    "a repairs without follows": ("a", value(), {"repairs": "0"}),
}


@pytest.mark.parametrize("what", DEAD)
def test_a_record_that_is_dead_on_arrival_is_counted_kept_listed_and_changes_nothing(bench: Bench, what: str) -> None:
    with bench.running() as service:
        bench.write("a", value(name="Tea"))
        key, sent, headers = DEAD[what]
        bench.write(key, sent, headers)
        service.catch_up()
        assert service.get("a") == {"id": "a", "name": "Tea"}
        assert service.fold.counters["dead"] == 1
        [letter] = service.operations.dead_letters()
        assert letter["position"] == f"{TOPIC}-0@1"
        assert letter["reason"]
        assert service.operations.status().dead_letters == 1
        service.operations.discard_dead_letter(letter["number"])
        assert service.operations.dead_letters() == []


def test_a_dead_record_shows_what_it_holds(bench: Bench) -> None:
    with bench.running() as service:
        bench.write(b"\xff", b"\x00\xfe", [("x", b"\x80"), ("y", None)])
        service.catch_up()
        [letter] = service.operations.dead_letters()
        assert letter["key"] == {"base64": "/w=="}
        assert letter["value"] == {"base64": "AP4="}
        assert letter["headers"] == [["x", {"base64": "gA=="}], ["y", None]]


def test_a_key_in_another_partition_than_its_own_is_dead(bench: Bench) -> None:
    with bench.running(application(topic(partitions=3))) as service:
        home = partition_of(b"a", 3)
        bench.write("a", value(n=1), partition=(home + 1) % 3)
        service.catch_up()
        assert service.get("a") is None
        bench.write("a", value(n=2))
        bench.write("a", value(n=3), partition=(home + 1) % 3)
        service.catch_up()
        assert service.get("a") == {"id": "a", "n": 2}
        assert service.fold.counters["dead"] == 2
        assert len(service.fold.repairs) == 0


def test_a_loser_changes_nothing(bench: Bench) -> None:
    with bench.running() as service:
        first = bench.write("a", value(n=1), {"follows": "-1"})
        bench.write("a", value(n=2), {"follows": str(first)})
        bench.write("a", value(n=3), {"follows": str(first)})
        service.catch_up()
        assert service.get("a") == {"id": "a", "n": 2}
        assert service.fold.counters["lost"] == 1


def test_the_last_of_several_headers_of_a_name_counts(bench: Bench) -> None:
    with bench.running() as service:
        bench.write("a", value(n=1), [("follows", b"nonsense"), ("follows", b"-1")])
        service.catch_up()
        assert service.get("a") == {"id": "a", "n": 1}


@pytest.mark.parametrize("name", ["idempotencykey", "idempotencyrequest", "answer", "ce_id", "ce_type", "ce_time", "x"])
def test_a_header_without_a_value_is_as_good_as_none(bench: Bench, name: str) -> None:
    with bench.running(application(projectors=[projector(tally)])) as service:
        for n in range(3):
            bench.write("a", value(n=n), {name: None, "follows": str(n - 1)})
        service.catch_up()
        assert service.get("a") == {"id": "a", "n": 2}
        assert service.fold.counters["standstills"] == 0


UNREADABLE = {
    "an unknown event type": '{"eventType":"archived","payload":{}}',
    "a set without a payload": '{"eventType":"set"}',
    "a set of a list": '{"eventType":"set","payload":[]}',
    "a set of null": '{"eventType":"set","payload":null}',
    "a deep nesting": '{"eventType":"set","payload":{"x":' + "[" * 300 + "]" * 300 + "}}",
    "a deeper nesting": '{"eventType":"set","payload":{"x":' + "[" * 900 + "]" * 900 + "}}",
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_an_entity_that_cannot_be_read_is_kept_and_hurts_no_other(bench: Bench, what: str) -> None:
    with bench.running(application(projectors=[projector(tally)])) as service:
        bench.write("a", UNREADABLE[what])
        bench.write("b", value(n=1))
        service.catch_up()
        assert isinstance(raised(lambda: service.ask("one", "a")), Unreadable)
        assert isinstance(raised(lambda: service.send("add", id="a")), Unreadable)
        assert service.ask("browse").value == [{"id": "b", "n": 1}]
        assert service.operations.status().unreadable == 1
        assert service.rows("SELECT id FROM things") == [("b",)]
        [event] = service.operations.history("things", "a").events
        assert event["entity"] is None
        [parked] = service.operations.parked()
        assert parked["id"] == "a"
        bench.write("a", value(n=2))
        service.catch_up()
        assert service.get("a") == {"id": "a", "n": 2}


def test_a_remove_counts_whatever_it_carries(bench: Bench) -> None:
    with bench.running() as service:
        for number, payload in enumerate(
            ["5", "[]", '{"x":1e-99999999999999999999}', '{"x":' + "[" * 600 + "]" * 600 + "}"]
        ):
            bench.write(f"a{number}", value(n=1))
            bench.write(f"a{number}", f'{{"eventType":"remove","payload":{payload}}}')
        service.catch_up()
        assert [service.get(f"a{number}") for number in range(4)] == [None] * 4
        assert service.operations.status().unreadable == 0


def test_numbers_are_kept_digit_for_digit(bench: Bench) -> None:
    digits = [b"1.10", b"0.000001", b"123456789012345678901234567890.50", b"12345678901234567890123"]
    numbers = ",".join(f'"n{index}":{number.decode()}' for index, number in enumerate(digits))
    text = f'{{"eventType":"set","payload":{{"nothing":1e-99999999999999999999,{numbers}}}}}'
    with bench.running() as service:
        bench.write("a", text)
        service.catch_up()
        service.send("put", {"name": "Tea"}, "a")
        [written] = service.rows("SELECT value FROM foldline_entities")
        for index, number in enumerate(digits):
            assert b'"n%d":%s,' % (index, number) in written[0]


def test_sql_sees_the_keys_id_too(bench: Bench) -> None:
    with bench.running() as service:
        bench.write("a'b", value(id="other", name='"\\ \u0000 \U0001f375'))
        service.catch_up()
        assert service.rows("SELECT id, payload ->> '$.id' FROM things") == [("a'b", "a'b")]


def test_entities_are_found_again_whatever_their_ids_and_however_many_come_at_once(bench: Bench) -> None:
    ids = [f"{number}\0x" for number in range(100)] + [f"{number}'\"" for number in range(100)]
    with bench.running() as service:
        for name in ids:
            bench.write(name, value(n=1))
        service.catch_up()
    for name in ids:
        bench.write(name, value(n=2), {"follows": "-1"})
    with bench.running() as service:
        assert service.fold.counters["lost"] == len(ids)
        assert {service.get(name)["n"] for name in ids} == {1}
        assert len(service.ask("browse", limit=1000).value) == len(ids)


def test_a_state_is_the_same_as_a_fresh_one(bench: Bench) -> None:
    running = application(projectors=[projector(tally)])
    with bench.running(running) as service:
        for n in range(50):
            bench.write(f"{n % 7}", value(n=n), {"follows": str(n - 9)} if n > 20 else {})
            if n % 11 == 0:
                bench.write(f"{n % 7}", None if n % 2 else REMOVE)
                bench.write(f"{n % 7}", "nonsense")
        service.catch_up()
    with bench.running(running) as service:  # which folds the repairs that were appended at the stop
        service.catch_up()
        with bench.running(running, "fresh.db") as fresh:
            assert contents(fresh) == contents(service)


def test_our_own_record_that_is_dead_ends_the_wait(bench: Bench) -> None:
    """It cannot happen with the records that commands write; were it to, nobody would wait for nothing."""
    with bench.running() as service:
        waiter = service.fold.outcomes.expect(b"mine")
        bench.write("a", "nonsense", {"ce_id": "mine"})
        error = raised(lambda: waiter.wait(5))
        assert "counts for nobody" in error.message
        assert not isinstance(error, DeadOnArrival)
        until(lambda: not service.fold.outcomes)
