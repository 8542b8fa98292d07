"""Records that are put on a topic by hand."""

import pytest
from stand_ins import TOPIC, Bench, topic

from foldline.admin.producing import foreign_value, produce_record
from foldline.errors import Malformed


def test_it_is_returned_with_its_place_and_carries_no_headers(bench: Bench) -> None:
    bench.log.create([topic(partitions=3).declared.spec])
    info = bench.log.describe([TOPIC])[TOPIC]
    first = produce_record(bench.log, info, "p1", foreign_value("p1", {"name": "Butter"}))
    again = produce_record(bench.log, info, "p1", foreign_value("p1", None))
    assert (first.offset, again.offset) == (0, 1)
    assert first.value == b'{"eventType":"set","payload":{"id":"p1","name":"Butter"}}'
    assert again.value == b'{"eventType":"remove"}'
    assert not first.headers


def test_a_service_takes_it_for_the_entity_as_it_is(bench: Bench) -> None:
    with bench.running() as service:
        service.send("put", {"n": 1}, "p1")
        produce_record(bench.log, bench.log.describe([TOPIC])[TOPIC], "p1", foreign_value("p1", {"n": 2}))
        service.pass_end()
        assert service.get("p1") == {"id": "p1", "n": 2}


@pytest.mark.parametrize(("id", "entity"), [("", {}), ("\ud800", {}), ("p1", {"name": "\ud800"})])
def test_what_cannot_be_written_is_told(id: str, entity: dict[str, object]) -> None:
    with pytest.raises(Malformed, match="cannot be written"):
        foreign_value(id, entity)
