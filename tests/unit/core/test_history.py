"""What happened to an entity, as far as the log still holds it."""

import re
from collections.abc import Mapping
from contextlib import closing
from typing import Any

import pytest
from stand_ins import TOPIC, Bench, Replica, raised, value

from foldline.errors import Malformed, NotFound
from foldline.log.port import Partition, Record
from foldline.log.sqlite import SqliteLog


def shown(service: Replica, **page: Any) -> tuple[list[Any], str]:
    found = service.operations.history("things", "a", **page)
    return [event["entity"] and event["entity"].get("n") for event in found.events], found.end


def test_an_entitys_events_newest_first_back_to_its_start(bench: Bench) -> None:
    with bench.running() as service:
        service.send("put", {"n": 1}, "a")
        service.send("put", {"n": 1}, "b")
        service.send("add", id="a")
        service.send("delete", id="a")
        page = service.operations.history("things", "a")
        assert [event["type"] for event in page.events] == ["things.delete", "things.add", "things.put"]
        assert [event["position"] for event in page.events] == [f"{TOPIC}-0@{offset}" for offset in (3, 2, 0)]
        assert [event["removed"] for event in page.events] == [True, False, False]
        assert page.events[1]["entity"] == {"id": "a", "n": 2}
        assert re.fullmatch(r"[0-9-]{10}T[0-9:]{8}\.[0-9]{3}Z", page.events[0]["time"])
        assert (page.end, page.after) == ("start", None)


def test_what_never_was_has_no_history(bench: Bench) -> None:
    with bench.running() as service:
        assert isinstance(raised(lambda: service.operations.history("things", "a")), NotFound)


def test_a_history_goes_on_from_page_to_page(bench: Bench) -> None:
    with bench.running() as service:
        service.send("put", {"n": 1}, "a")
        for _ in range(4):
            service.send("add", id="a")
        seen, after = [], None
        for _ in range(5):
            page = service.operations.history("things", "a", after=after, limit=2)
            seen.append(([event["entity"]["n"] for event in page.events], page.end))
            after = page.after
            if after is None:
                break
        assert seen == [([5, 4], "limit"), ([3, 2], "limit"), ([1], "start")]


def test_losers_and_dead_letters_are_no_history(bench: Bench) -> None:
    with bench.running() as service:
        bench.write("a", value(n=1), {"follows": "-1"})
        bench.write("a", value(n=9), {"follows": "-1"})
        bench.write("a", "nonsense")
        bench.write("a", value(n=2), {"follows": "0"})
        bench.write("a", value(n=2), {"follows": "0", "repairs": "3"})
        service.catch_up()
        assert shown(service) == ([2, 1], "start")


def test_before_a_foreign_record_the_one_before_it_is_found(bench: Bench) -> None:
    with bench.running() as service:
        for n in range(3):
            bench.write("a", value(n=n))
            bench.write("b", value(n=n))
        bench.write("a", value(n=9), {"follows": "0"})
        service.catch_up()
        assert shown(service) == ([2, 1, 0], "start")


def test_what_came_long_before_a_foreign_record_is_not_looked_for(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("foldline.history._STRETCH", 3)
    with bench.running() as service:
        bench.write("a", value(n=0))
        for n in range(5):
            bench.write("b", value(n=n))
        bench.write("a", value(n=1))
        service.catch_up()
        assert shown(service) == ([1], "foreign")


class CompactedLog(SqliteLog):
    """A log that has lost some records."""

    lost: frozenset[int] = frozenset()

    def read(self, partition: Partition, start: int, limit: int, timeout: float = 5.0) -> list[Record]:
        kept = [record for record in super().read(partition, start, 10_000) if record.offset not in self.lost]
        return kept[:limit]


@pytest.mark.parametrize(
    ("headers", "lost", "found"),
    [
        ([{"follows": "-1"}, {"follows": "0"}, {"follows": "1"}], {1}, [2]),
        ([{"follows": "-1"}, {"follows": "0"}, {"follows": "1"}], {0}, [2, 1]),
        ([{"follows": "-1"}, {"follows": "0"}, {"follows": "1"}], {0, 1, 2}, [2]),
        ([{}, {}, {}], {0, 1}, [2]),
        ([{}, {}, {}], {0}, [2, 1]),
    ],
)
def test_a_history_ends_where_the_log_was_compacted(
    bench: Bench, headers: list[Mapping[str, str]], lost: set[int], found: list[int]
) -> None:
    with closing(CompactedLog(bench.path)) as log, Bench(bench.folder, log).running() as service:
        for n, sent in enumerate(headers):
            bench.write("a", value(n=n), sent)
        service.catch_up()
        log.lost = frozenset(lost)
        assert shown(service) == (found, "compacted")


@pytest.mark.parametrize("place", ["", "at", "at-", "at--1", "at-1.5", "after-1", "at-" + "9" * 30])
def test_a_place_that_no_answer_gave_is_malformed(bench: Bench, place: str) -> None:
    with bench.running() as service:
        service.send("put", {"n": 1}, "a")
        assert isinstance(raised(lambda: service.operations.history("things", "a", after=place)), Malformed)


def test_a_place_of_another_entity_shows_nothing_of_it(bench: Bench) -> None:
    with bench.running() as service:
        service.send("put", {"n": 1}, "b")
        service.send("put", {"n": 2}, "a")
        assert shown(service, after="at-0") == ([], "compacted")
        assert shown(service, after="at-99") == ([], "compacted")
        assert shown(service, after="before-0") == ([], "start")
