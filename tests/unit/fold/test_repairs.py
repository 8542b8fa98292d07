"""An entity's last record is made a copy of its head again."""

from collections.abc import Mapping
from datetime import UTC, datetime

from stand_ins import COMMANDS, HOUR, REMOVE, TOPIC, Bench, Replica, application, topic, until, value

from foldline.log.port import Partition, Record


def at_once() -> float:
    return 0.0


def records(service: Replica | Bench) -> list[Record]:
    return service.log.read(Partition(TOPIC, 0), 0, 100)


def headers(record: Record) -> Mapping[str, bytes | None]:
    return dict(record.headers)


def repaired(service: Replica, count: int) -> list[Record]:
    """What is on the log once there are so many records, and nothing waits for repair."""
    until(lambda: len(records(service)) >= count)
    service.catch_up()
    assert len(service.fold.repairs) == 0
    return records(service)


def test_after_a_loser_the_head_is_written_again_byte_for_byte(bench: Bench) -> None:
    sent = [("x", b"\x80\xff"), ("ce_time", b"2026-01-01T00:00:00Z"), ("follows", b"-1"), ("x", None)]
    text = ' {"payload": {"n": 1.50, "id": "other"}, "eventType": "set", "more": true}'
    with bench.running(repair_delay=at_once) as service:
        bench.write("a", text, sent)
        bench.write("a", value(n=2), {"follows": "-1"})
        _, _, repair = repaired(service, 3)
        assert repair.value == text.encode()
        assert repair.key == b"a"
        kept = [(name, raw) for name, raw in repair.headers if name not in {"follows", "repairs"}]
        assert kept == [pair for pair in sent if pair[0] != "follows"]
        assert headers(repair)["follows"] == b"-1"
        assert headers(repair)["repairs"] == b"0"
        assert str(service.get("a")["n"]) == "1.50"
        assert service.fold.counters["accepted"] == 1
        assert service.operations.status().counters["repairs"] == 1


def test_a_dead_letter_on_an_entity_is_followed_by_a_repair(bench: Bench) -> None:
    with bench.running(repair_delay=at_once) as service:
        bench.write("a", value(n=1))
        bench.write("a", "nonsense")
        _, _, repair = repaired(service, 3)
        assert repair.value == value(n=1).encode()
        assert headers(repair)["follows"] == b"-1"


def test_a_null_is_repaired_as_a_remove(bench: Bench) -> None:
    with bench.running(repair_delay=at_once) as service:
        bench.write("a", value(n=1))
        bench.write("a", None)
        _, _, repair = repaired(service, 3)
        assert repair.value == REMOVE.encode()
        assert headers(repair)["repairs"] == b"1"
        assert headers(repair)["follows"] == b"0"
        assert service.get("a") is None
        assert service.fold.counters["lost"] == 0


def test_a_repair_of_a_head_without_a_time_tells_its_time(bench: Bench) -> None:
    with bench.running(repair_delay=at_once) as service:
        bench.write("a", value(n=1), time=1_767_225_600_500)
        bench.write("a", "nonsense")
        _, _, repair = repaired(service, 3)
        stated = datetime.fromisoformat((headers(repair)["ce_time"] or b"").decode())
        assert stated == datetime(2026, 1, 1, 0, 0, 0, 500_000, UTC)


def test_a_repair_that_was_overtaken_is_repaired_again_as_the_same(bench: Bench) -> None:
    with bench.running(repair_delay=at_once) as service:
        bench.write("a", value(n=1), {"follows": "-1"})
        bench.write("a", "nonsense")
        repaired(service, 3)
        bench.write("a", "nonsense")
        *_, again = repaired(service, 5)
        assert headers(again)["repairs"] == b"0"
        assert [name for name, _ in again.headers].count("repairs") == 1
        assert [name for name, _ in again.headers].count("follows") == 1


def test_an_entity_that_cannot_be_read_is_repaired_too(bench: Bench) -> None:
    with bench.running(repair_delay=at_once) as service:
        bench.write("a", '{"eventType":"archived"}')
        bench.write("a", "nonsense")
        _, _, repair = repaired(service, 3)
        assert repair.value == b'{"eventType":"archived"}'


def test_the_next_accepted_write_is_itself_the_repair(bench: Bench) -> None:
    with bench.running(repair_delay=lambda: HOUR) as service:
        bench.write("a", value(n=1), {"follows": "-1"})
        bench.write("a", value(n=2), {"follows": "-1"})
        service.catch_up()
        assert service.operations.status().repairs_waiting == 1
        service.send("add", id="a")
        assert service.operations.status().repairs_waiting == 0
    with bench.running() as service:
        assert len(records(service)) == 3


def test_what_waits_for_repair_is_remembered_over_a_restart(bench: Bench) -> None:
    with bench.running(application(commands=())) as service:
        bench.write("a", value(n=1))
        bench.write("a", "nonsense")
        service.catch_up()
        assert service.operations.status().oldest_repair_seconds >= 0
    with bench.running(repair_delay=at_once) as service:
        repaired(service, 3)


def test_a_service_without_commands_repairs_nothing_unless_it_is_told_to(bench: Bench) -> None:
    with bench.running(application(commands=()), repair_delay=at_once) as service:
        bench.write("a", value(n=1))
        bench.write("a", None)
        service.catch_up()
        assert service.operations.status().repairs_waiting == 1
    assert len(records(bench)) == 2
    with bench.running(application(commands=(), repairs=True), repair_delay=at_once) as service:
        repaired(service, 3)


def test_only_topics_with_commands_are_repaired(bench: Bench) -> None:
    both = application(topic(), topic("others"), commands=COMMANDS)
    with bench.running(both, repair_delay=at_once) as service:
        for name in (TOPIC, "t.others"):
            bench.write("a", value(n=1), topic=name)
            bench.write("a", None, topic=name)
        until(lambda: len(records(service)) == 3)
        service.catch_up()
    assert len(bench.log.read(Partition("t.others", 0), 0, 10)) == 2


def test_an_entity_in_another_partition_than_its_own_is_not_repaired(bench: Bench) -> None:
    with bench.running(application(topic(partitions=2)), repair_delay=at_once) as service:
        for partition in (0, 1):
            bench.write("b", value(n=1), partition=partition)
        service.catch_up()
        assert service.fold.counters["dead"] == 1
        assert len(service.fold.repairs) == 0


def test_what_others_are_to_repair_is_only_counted(bench: Bench) -> None:
    with bench.running(application(commands=()), repair_delay=at_once) as service:
        for n in range(50):
            bench.write(f"{n}", None)
        service.catch_up()
        assert service.operations.status().repairs_waiting == 50
        assert service.fold.repairs.appended == 0
