"""The embedded log among processes, and when they are killed."""

import itertools
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from foldline.log.port import Partition, TopicSpec
from foldline.log.sqlite import SqliteLog

WRITER = """
import sys, itertools
from foldline.log.port import Partition
from foldline.log.records import record_of
from foldline.log.sqlite import SqliteLog
log = SqliteLog(sys.argv[1])
name = sys.argv[2].encode()
partitions = [Partition("topic", number) for number in range(3)]
reader = log.read_on({partition: bounds.end for partition, bounds in log.bounds(partitions).items()})
for number in itertools.count():
    for key in range(5):
        log.append("topic", b"%d" % key, b"%s-%d" % (name, number), (), lambda error: sys.exit(str(error)))
    for record in map(record_of, reader.poll(1.0, 1000)):
        print(f"{record.partition}@{record.offset} {record.value.decode()}", flush=True)
"""


def start_writer(path: Path, name: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", WRITER, path, name], stdout=subprocess.PIPE, text=True)


def lines(writer: subprocess.Popen[str], count: int | None = None) -> Iterator[str]:
    """The next lines that it printed in full."""
    assert writer.stdout is not None
    yield from (line.rstrip() for line in itertools.islice(writer.stdout, count) if line.endswith("\n"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.db"


@pytest.fixture
def log(path: Path) -> Iterator[SqliteLog]:
    log = SqliteLog(path)
    yield log
    log.close()


def test_what_was_seen_before_a_kill_is_kept_without_gaps_or_doubles(log: SqliteLog, path: Path) -> None:
    log.create([TopicSpec("topic", 3)])
    partitions = [Partition("topic", number) for number in range(3)]

    seen: set[str] = set()
    for life in range(5):
        writers = [start_writer(path, f"{life}{name}") for name in "ab"]
        for writer in writers:
            seen.update(lines(writer, 50))
        for writer in writers:
            writer.kill()
        for writer in writers:
            seen.update(lines(writer))
            writer.communicate()

    kept = [record for partition in partitions for record in log.read(partition, 0, 1_000_000)]
    assert seen <= {f"{record.partition}@{record.offset} {(record.value or b'').decode()}" for record in kept}
    assert len({(record.key, record.value) for record in kept}) == len(kept)
    for partition in partitions:
        offsets = [record.offset for record in kept if record.partition == partition.number]
        assert offsets == list(range(log.bounds([partition])[partition].end))


def test_an_append_wakes_a_reader_of_another_process(log: SqliteLog, path: Path) -> None:
    log.create([TopicSpec("topic", 3)])
    reader = log.read_on({Partition("topic", number): 0 for number in range(3)})
    begun = time.monotonic()
    writer = start_writer(path, "other")
    assert reader.poll(60.0, 1)
    assert time.monotonic() - begun < 60.0
    writer.kill()
    writer.communicate()
    reader.close()


def test_killed_readers_are_forgotten_with_the_next_append(log: SqliteLog, path: Path) -> None:
    log.create([TopicSpec("topic", 3)])
    writer = start_writer(path, "killed")
    assert list(lines(writer, 1))
    writer.kill()
    writer.communicate()
    readers = path.with_name("log.db-readers")
    assert list(readers.iterdir())
    log.append("topic", b"1", b"value", (), lambda _: None)
    assert log.flush(5.0)
    assert not list(readers.iterdir())
