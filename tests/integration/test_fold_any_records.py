"""Whatever lies on a topic: the fold goes on, all can be looked at, and a fresh replay comes to the same state."""

import json
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from stand_ins import REMOVE, Bench, Replica, application, contents, projector, tally, topic, value

from foldline import jsontext

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
IDS = ["a", "b", "c\0", "d'\""]
KEYS = st.sampled_from(IDS).map(str.encode) | st.none() | st.binary(max_size=6) | TEXT.map(str.encode)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "n"]) | TEXT, inner, max_size=3),
    max_leaves=6,
)
ENVELOPES = st.fixed_dictionaries(
    {"eventType": st.sampled_from(["set", "set", "set", "remove", "archived"]) | JSON},
    optional={"payload": st.dictionaries(st.sampled_from(["id", "n", "name"]), JSON, max_size=3) | JSON},
)
VALUES = (
    ENVELOPES.map(lambda envelope: json.dumps(envelope).encode())
    | st.sampled_from([None, REMOVE.encode(), value(n=1).encode()])
    | st.binary(max_size=30)
    | JSON.map(lambda anything: json.dumps(anything).encode())
)
NAMES = st.sampled_from(["follows", "follows", "repairs", "ce_id", "ce_time", "idempotencykey", "answer"]) | TEXT
RAW = st.integers(-3, 60).map(lambda number: b"%d" % number) | st.none() | st.binary(max_size=8)
RECORDS = st.tuples(KEYS, VALUES, st.lists(st.tuples(NAMES, RAW), max_size=4), st.integers(0, 20))


def look_at_everything(service: Replica) -> None:
    """All that can be asked is answered, and can be written as JSON."""
    answers: list[Any] = [
        service.operations.dead_letters(limit=1000),
        service.operations.parked(limit=1000),
        list(service.ask("browse", limit=1000).value),
        [json.loads(payload) for _, payload in service.rows("SELECT id, payload FROM things")],
        *(
            service.operations.history("things", row[0]).events
            for row in service.rows("SELECT id FROM foldline_entities")
        ),
    ]
    for answer in answers:
        jsontext.encode(answer)
    assert len(answers[2]) == len(answers[3]) == service.operations.status().entities["things"]


def test_any_records_are_folded_lost_or_dead(bench: Bench) -> None:
    running = application(topic(partitions=2), projectors=[projector(tally)])
    with bench.running(running) as service:

        @settings(max_examples=120, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
        @given(st.lists(RECORDS, min_size=1, max_size=10))
        def write(records: list[tuple[bytes | None, bytes | None, list[tuple[str, bytes | None]], int]]) -> None:
            for key, sent, headers, chance in records:
                bench.write(key, sent, headers, partition=None if chance else 1)
            service.pass_end()
            assert service.operations.readiness() == ()

        write()
        look_at_everything(service)
        assert service.fold.counters["accepted"] > 0
        assert service.fold.counters["dead"] > 0
        with bench.running(running, "fresh.db") as fresh:
            there, here = contents(fresh), contents(service)
            assert {name: rows for name, rows in there.items() if name != "parked"} == {
                name: rows for name, rows in here.items() if name != "parked"
            }
            look_at_everything(fresh)


def test_numbers_of_any_size_are_kept(bench: Bench) -> None:
    with bench.running() as service:

        @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
        @given(st.decimals(allow_nan=False, allow_infinity=False) | st.integers().map(Decimal))
        def write(number: Decimal) -> None:
            text = jsontext.encode({"n": number}).decode()
            bench.write("a", f'{{"eventType":"set","payload":{text}}}')
            service.pass_end()
            found = service.get("a")
            if abs(number) < 10**308:  # more is dead on arrival
                assert found["n"] == number

        write()
