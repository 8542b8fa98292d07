"""What counts of a topic goes from log to log, and services make the same of it there."""

import io
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from brokers import Broker
from counting import Counting
from logs import refuse
from replicas import Counters, Replica, figures

from foldline.admin.copying import export_events, read_events, source_of
from foldline.admin.targets import Target
from foldline.table import Row

SUCCESSES, CLIENTS = 60, 6
KEY = "first-try"
SET = b'{"eventType":"set","payload":{"name":"foreign","value":7}}'


def values(replica: Replica) -> Mapping[str, Any]:
    """What a service has, by id."""
    return {entity["id"]: entity for entity in replica.entities()}


def race(counters: Counters) -> Replica:
    """Two replicas write the same entities, and others put there what they like; gives one of the two."""
    replicas = counters.start(2)
    entities = counters.create(replicas[0], 6)
    counting = Counting(replicas, entities)
    with counting.under_way(CLIENTS, Counting.put, Counting.increment):
        counting.await_successes(SUCCESSES)
    created = replicas[0].service.post("/counters", {"name": "keyed"}, idempotency_key=KEY).json()["id"]
    spoil(counters, entities, created)
    counters.catch_up(*replicas)
    counting.check(replicas)
    return replicas[0]


def spoil(counters: Counters, entities: list[str], keyed: str) -> None:
    """Put records beside the services' that count for nobody, losers as the last of their entities among them."""
    lost = [("follows", b"-1")]
    for entity, value, headers in (
        *((loser, SET, lost) for loser in (*entities, keyed)),
        *((dead, b"nonsense", ()) for dead in entities[:2]),
        ("foreign", SET, ()),
        ("gone", SET, ()),
        ("gone", b'{"eventType":"remove"}', ()),
    ):
        counters.log.append(counters.topic, entity.encode(), value, headers, refuse)
    assert counters.log.flush(10)


def export(counters: Counters, file: io.BytesIO) -> Row:
    info = counters.log.describe([counters.topic])[counters.topic]
    report = export_events(source_of(counters.log, info), file)
    file.seek(0)
    return report


def test_a_topic_goes_through_files_to_kafka_and_back_with_the_same_state(
    tmp_path: Path, broker: Broker, topic: str
) -> None:
    with ExitStack() as stack:

        def counters(name: str, url: str, partitions: int) -> Counters:
            return stack.enter_context(Counters(tmp_path / name, url, topic, partitions=partitions))

        here = counters("here", f"sqlite:{tmp_path / 'here.db'}", 3)
        expected = values(race(here))
        assert expected["foreign"]["value"] == 7
        assert "gone" not in expected

        there = counters("there", broker.url, 2)  # entities live in other partitions there
        back = counters("back", f"sqlite:{tmp_path / 'back.db'}", 3)
        reports = []
        for source, target in ((here, there), (there, back)):
            file = io.BytesIO()
            reports.append(export(source, file))
            Target(target.log, topic, None).append(read_events(file))
            replica = target.start_one()
            target.catch_up(replica)
            assert values(replica) == expected

        assert reports[0]["lost"] > 0
        assert reports[0]["dead"] == 2
        assert reports[1] == {"source": topic, "events": reports[0]["events"], "lost": 0, "repair": 0, "dead": 0}
        again = replica.service.post("/counters", {"name": "keyed"}, idempotency_key=KEY)
        assert again.status_code == 201
        assert again.json() == expected[again.json()["id"]]
        figures(first=reports[0], second=reports[1])
