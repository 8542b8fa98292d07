"""Where events are written to."""

import io
import resource
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from stand_ins import REMOVE, TOPIC, Bench, topic, value

from foldline.admin.copying import copy_events, export_events, read_events, source_of, whole_file
from foldline.admin.portable import PortableEvent
from foldline.admin.targets import Target, open_target, target_of
from foldline.errors import AlreadyExists, FoldlineError, LogError, Malformed, NotFound, SettingsError
from foldline.log.port import Failed, Headers, Partition
from foldline.log.sqlite import SqliteLog
from foldline.settings import Settings
from foldline.topology import Topology

THINGS = topic().declared
TOPOLOGY = Topology({"things": THINGS}, {})
EVENTS = [PortableEvent(b"k%d" % n, value(n=n).encode(), [("ce_type", b"x")]) for n in range(3)]


@pytest.fixture
def other(tmp_path: Path) -> Iterator[SqliteLog]:
    with closing(SqliteLog(tmp_path / "other.db")) as log:
        yield log


def written(log: SqliteLog, topic: str = TOPIC) -> Sequence[tuple[bytes | None, bytes | None, Headers]]:
    return [record[3:6] for record in log.read(Partition(topic, 0), 0, 1_000)]


def test_events_are_appended_in_order_to_a_topic_that_is_made_for_them(other: SqliteLog) -> None:
    target = target_of(other, TOPOLOGY, "things", "things")
    assert target.name == TOPIC
    target.check(append=False)
    target.create(Settings())
    assert target.append(EVENTS) == 3
    assert written(other) == EVENTS


def test_a_topic_may_have_another_name_there(other: SqliteLog) -> None:
    target_of(other, TOPOLOGY, TOPIC, "t.copy").create(Settings())
    assert list(other.describe(["t.copy", TOPIC])) == ["t.copy"]


def test_a_topic_that_nobody_declared_must_be_there(bench: Bench) -> None:
    with pytest.raises(NotFound, match="there is no topic nothing"):
        target_of(bench.log, TOPOLOGY, "nothing", "nothing")
    bench.log.create([topic("undeclared").declared.spec])
    target_of(bench.log, TOPOLOGY, "t.undeclared", "t.undeclared").check(append=False)


def test_a_topic_that_holds_records_is_written_to_only_where_that_was_said(bench: Bench) -> None:
    bench.log.create([THINGS.spec])
    bench.write("a", value())
    target = target_of(bench.log, TOPOLOGY, "things", "things")
    with pytest.raises(AlreadyExists, match=f"{TOPIC} holds 1 records already. With --append"):
        target.check(append=False)
    target.check(append=True)


def test_a_topic_is_not_copied_onto_itself(bench: Bench, other: SqliteLog) -> None:
    bench.log.create([THINGS.spec])
    info = bench.log.describe([TOPIC])[TOPIC]
    with pytest.raises(Malformed, match="onto itself"):
        Target(bench.log, TOPIC, THINGS).check_is_not(info)
    for elsewhere in (Target(bench.log, "t.copy", THINGS), Target(other, TOPIC, THINGS)):
        elsewhere.create(Settings())
        elsewhere.check_is_not(info)


class Refusing:
    """A log that refuses what is appended, sooner or later."""

    def append(self, topic: str, key: bytes, value: bytes, headers: Headers, failed: Failed) -> None:
        failed(LogError("it is full"))

    def flush(self, timeout: float) -> bool:
        return True


def test_what_was_not_written_is_told() -> None:
    target = Target(Refusing(), TOPIC, THINGS)  # type: ignore[arg-type]
    with pytest.raises(LogError, match="it is full; only a part of the events is written"):
        target.append(EVENTS)


def test_what_opens_the_source_is_not_sent_to_another_log(tmp_path: Path) -> None:
    """librdkafka's settings are checked when a log is opened, so one that cannot be shows where it went."""
    environ = {"FOLDLINE_LOG": "kafka://127.0.0.1:9", "FOLDLINE_KAFKA_SECURITY_PROTOCOL": "nonsense"}
    settings = Settings.from_environment(environ)
    with pytest.raises(SettingsError):
        open_target("kafka://127.0.0.1:9", settings, environ)
    open_target("kafka://127.0.0.1:10", settings, environ).close()
    theirs = environ | {"FOLDLINE_CLI_TO_KAFKA_SECURITY_PROTOCOL": "nonsense"}
    with pytest.raises(SettingsError):
        open_target("kafka://127.0.0.1:10", settings, theirs)


# --- copies and files ---


@pytest.fixture
def filled(bench: Bench) -> Bench:
    bench.log.create([THINGS.spec])
    bench.write("a", value(n=1), {"follows": "-1"})
    bench.write("a", value(n=2), {"follows": "-1"})  # lost
    bench.write("a", "nonsense")
    bench.write("a", value(n=1), {"follows": "-1", "repairs": "0"})
    bench.write("b", None)
    return bench


def test_a_copy_holds_what_counts_and_says_what_does_not(filled: Bench, other: SqliteLog) -> None:
    source, target = source_of(filled.log, filled.log.describe([TOPIC])[TOPIC]), Target(other, TOPIC, THINGS)
    target.create(Settings())
    told: list[int] = []
    report = {"source": TOPIC, "events": 2, "lost": 1, "repair": 1, "dead": 1}
    assert copy_events(source, target, told.append) == report | {"target": TOPIC}
    assert sum(told) == source.steps == 10
    assert [(key, value) for key, value, _ in written(other)] == [
        (b"a", value(n=1).encode()),
        (b"b", REMOVE.encode()),
    ]
    file = io.BytesIO()
    assert export_events(source, file) == report
    file.seek(0)
    assert list(read_events(file)) == written(other)


def test_a_mistake_in_a_file_is_told_with_its_line() -> None:
    good = b'{"key": "a", "value": {"eventType": "remove"}}\n'
    events = read_events(io.BytesIO(good + b"\n" + good + b"{}\n"))
    assert next(events).key == next(events).key == b"a"
    with pytest.raises(Malformed, match="line 4: it is no event"):
        next(events)


def test_a_file_takes_its_place_only_once_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "products.jsonl"
    path.write_text("before")

    def write(error: Exception | None) -> None:
        with whole_file(path) as file:
            file.write(b"after")
            if error is not None:
                raise error

    with pytest.raises(LogError):
        write(LogError())
    assert path.read_text() == "before"
    write(None)
    assert path.read_text() == "after"
    assert list(tmp_path.iterdir()) == [path]


def test_of_a_file_that_finds_no_room_nothing_is_left_and_it_is_told(tmp_path: Path) -> None:
    path = tmp_path / "products.jsonl"
    path.write_text("before")

    def write() -> None:
        with room_for(4096), whole_file(path) as file:
            file.write(b"x" * 1_000_000)

    with pytest.raises(FoldlineError, match=r"products\.jsonl cannot be written: File too large; nothing is changed"):
        write()
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


@contextmanager
def room_for(most: int) -> Iterator[None]:
    """No file may have more bytes, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_where_no_file_can_be_written_is_told(tmp_path: Path) -> None:
    path = tmp_path / "absent" / "events.jsonl"
    with pytest.raises(FoldlineError, match=r"events\.jsonl cannot be written: No such file"), whole_file(path):
        pass
