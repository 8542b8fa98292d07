"""Entities, folded straight from the log."""

from decimal import Decimal

import pytest
from stand_ins import REMOVE, TOPIC, Bench, topic, value

from foldline.admin.entities import TopicReading
from foldline.errors import Malformed, NotFound, Unreadable
from foldline.event import Entity, Position
from foldline.log.partitioner import partition_of

PARTITIONS = 2
HOME = partition_of(b"a", PARTITIONS)


def coloured(entity: Entity) -> Entity:
    return entity | {"colour": "red"}


@pytest.fixture
def things(bench: Bench) -> TopicReading:
    code = topic(partitions=PARTITIONS, upcast=coloured)
    bench.log.create([code.declared.spec])
    return TopicReading(bench.log, bench.log.describe([TOPIC])[TOPIC], code)


def now(things: TopicReading, id: str, at: str | None = None) -> Entity:
    return things.entity(id, things.where(id, None if at is None else Position.parse(at))).entity


def test_an_entity_is_what_its_head_says_brought_up_to_date(bench: Bench, things: TopicReading) -> None:
    bench.write("a", value(n=1), {"follows": "-1"})
    bench.write("a", '{"eventType":"set","payload":{"n":1.50}}', {"follows": "0", "ce_type": "things.put"})
    bench.write("a", value(n=3), {"follows": "0"})  # lost
    found = things.entity("a", things.where("a"))
    assert found.entity == {"id": "a", "n": Decimal("1.50"), "colour": "red"}
    assert (found.event["position"], found.event["type"]) == (f"{TOPIC}-{HOME}@1", "things.put")


def test_an_entity_as_it_was_is_what_the_log_said_up_to_there(bench: Bench, things: TopicReading) -> None:
    for n in range(3):
        bench.write("a", value(n=n))
    assert [now(things, "a", f"{TOPIC}-{HOME}@{n}")["n"] for n in range(3)] == [0, 1, 2]
    assert now(things, "a", f"things-{HOME}@0")["n"] == 0  # a topic has two names


def test_a_position_elsewhere_or_beyond_the_end_is_told(bench: Bench, things: TopicReading) -> None:
    bench.write("a", value(n=1))
    with pytest.raises(Malformed, match=f"is elsewhere: the entity lives in {TOPIC}-{HOME}"):
        things.where("a", Position(TOPIC, 1 - HOME, 0))
    with pytest.raises(Malformed, match=r"is not on the log yet.*ends at 1"):
        things.where("a", Position(TOPIC, HOME, 1))


def test_what_was_never_there_or_was_removed_is_not_found(bench: Bench, things: TopicReading) -> None:
    with pytest.raises(NotFound, match="There is nothing with id 'a' in things"):
        now(things, "a")
    bench.write("a", value(n=1))
    for gone in (REMOVE, None):
        offset = bench.write("a", gone)
        with pytest.raises(NotFound, match=f"was removed by {TOPIC}-{HOME}@{offset}"):
            now(things, "a")
    with pytest.raises(NotFound, match="There is nothing"):
        things.history("b", things.where("b"))


def test_a_repair_stands_for_the_record_that_it_copies(bench: Bench, things: TopicReading) -> None:
    for _ in range(3):
        bench.write("b", value(n=0), partition=HOME)
    bench.write("a", value(n=1), {"follows": "1", "repairs": "2"})
    assert things.entity("a", things.where("a")).event["position"] == f"{TOPIC}-{HOME}@2"


def test_what_this_version_cannot_read_is_told(bench: Bench, things: TopicReading) -> None:
    bench.write("a", '{"eventType":"archived"}')
    with pytest.raises(Unreadable, match="things a cannot be read"):
        now(things, "a")


def test_a_history_tells_what_became_of_each_record(bench: Bench, things: TopicReading) -> None:
    bench.write("a", value(n=1), {"follows": "-1", "ce_time": "2026-01-31T12:00:00.000Z"})
    bench.write("a", value(n=2), {"follows": "-1"})
    bench.write("a", "nonsense")
    bench.write("a", value(n=1), {"follows": "-1", "repairs": "0"})
    bench.write("a", REMOVE)
    events = things.history("a", things.where("a"))
    assert [event["outcome"] for event in events] == ["accepted", "lost", "dead", "repair", "accepted"]
    assert [event["position"] for event in events] == [f"{TOPIC}-{HOME}@{n}" for n in range(5)]
    assert [event["removed"] for event in events] == [False, False, False, False, True]
    assert events[0]["time"] == "2026-01-31T12:00:00.000Z"
    assert events[0]["entity"] == {"id": "a", "n": 1}  # as it was written
    assert "its value is not JSON" in events[2]["reason"]


def test_all_entities_are_listed_once_as_they_are(bench: Bench, things: TopicReading) -> None:
    for n in range(6):
        bench.write(f"k{n}", value(n=n))
    bench.write("k1", value(n=11))
    bench.write("k2", value(n=22), {"follows": "-1"})  # lost
    bench.write("k3", REMOVE)
    bench.write("k4", '{"eventType":"archived"}')
    told: list[int] = []
    listed = {entity["id"]: entity["n"] for entity in things.entities(things.whole(), told.append)}
    assert listed == {"k0": 0, "k1": 11, "k2": 2, "k5": 5}
    assert sum(told) == 2 * 10
