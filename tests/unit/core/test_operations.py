"""What an operator can see."""

import re

from stand_ins import TOPIC, Bench, application, topic, value

from foldline.operations import PartitionStatus


def test_a_status_says_all_that_is_known(bench: Bench) -> None:
    with bench.running(application(topic(), topic("others"))) as service:
        bench.write("a", value(n=1))
        bench.write("a", value(n=2), {"follows": "-1"})
        bench.write("b", '{"eventType":"archived"}')
        bench.write("c", None)
        bench.write(None, None)
        service.catch_up()
        status = service.operations.status()
        assert status.ready
        assert status.reasons == ()
        assert status.service == "service"
        assert status.identities == {
            name: info.identity for name, info in bench.log.describe(["t.others", TOPIC]).items()
        }
        assert status.partitions == (PartitionStatus("t.others", 0, 0, 0), PartitionStatus(TOPIC, 0, 5, 5))
        assert status.entities == {"things": 1, "others": 0}
        assert (status.unreadable, status.repairs_waiting, status.dead_letters, status.parked) == (1, 2, 1, 0)
        assert status.lag_seconds is not None
        assert status.lag_seconds < 5
        assert status.contact_seconds < 5
        expected = {"records": 5, "accepted": 3, "lost": 1, "dead": 1, "repairs": 0}
        assert {name: status.counters[name] for name in expected} == expected


def test_a_service_that_stops_is_not_ready(bench: Bench) -> None:
    with bench.running() as service:
        service.operations.stopping = True
        assert service.operations.readiness() == ("it is stopping",)
        assert not service.operations.status().ready


def test_lists_go_on_by_number(bench: Bench) -> None:
    with bench.running() as service:
        for _ in range(5):
            bench.write(None, "nonsense")
        service.catch_up()
        first = service.operations.dead_letters(limit=2)
        rest = service.operations.dead_letters(after=first[-1]["number"], limit=100)
        assert [letter["position"] for letter in first + rest] == [f"{TOPIC}-0@{offset}" for offset in range(5)]
        assert all(re.fullmatch(r"[0-9-]{10}T[0-9:]{8}\.[0-9]{3}Z", letter["time"]) for letter in first)
