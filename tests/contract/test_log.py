"""What both logs promise."""

import multiprocessing
import os
import queue
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import pytest
from log_backends import Backend
from logs import DEADLINE, read_until, refuse, take, until, values

from foldline.errors import LogCut, LogError
from foldline.log.open import open_log
from foldline.log.partitioner import partition_of
from foldline.log.port import Bounds, Headers, Log, Message, Partition, TopicSpec
from foldline.log.records import record_of


def create(log: Log, topic: str, partitions: int = 1, **config: str) -> list[Partition]:
    log.create([TopicSpec(topic, partitions, config=config)])
    return [Partition(topic, number) for number in range(partitions)]


def append(log: Log, topic: str, *values: bytes, key: bytes = b"key", headers: Headers = ()) -> None:
    for value in values:
        log.append(topic, key, value, headers, refuse)
    assert log.flush(DEADLINE)


def test_a_record_is_read_as_it_was_appended(log: Log, topic: str) -> None:
    [partition] = create(log, topic)
    before = time.time_ns() // 1_000_000
    headers = [("ce_id", b"1"), ("none", None), ("empty", b""), ("bytes", bytes(range(256))), ("ce_id", b"2")]
    append(log, topic, b"value \x00\xff", key="schlüssel".encode(), headers=headers)

    [record] = log.read(partition, 0, 10)

    assert record[:5] == (topic, 0, 0, "schlüssel".encode(), b"value \x00\xff")
    assert list(record.headers) == headers
    assert before - 1 <= record.time <= time.time_ns() // 1_000_000 + 1


def test_each_keys_order_is_kept(log: Log, topic: str) -> None:
    partitions = create(log, topic, 3)
    for number in range(300):
        log.append(topic, b"%d" % (number % 7), b"%d" % number, (), refuse)
    reader = log.read_on(dict.fromkeys(partitions, 0))

    by_key = defaultdict(list)
    for record in take(reader, 300, limit=11):
        by_key[record.key].append(record.value)

    assert by_key == {b"%d" % key: [b"%d" % number for number in range(key, 300, 7)] for key in range(7)}
    reader.close()


def test_appends_of_many_threads_are_all_written_once(log: Log, topic: str) -> None:
    partitions = create(log, topic, 3)
    start = threading.Barrier(8)

    def write(thread: int) -> None:
        start.wait()
        for number in range(50):
            log.append(topic, b"%d" % thread, b"%d-%d" % (thread, number), (), refuse)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert log.flush(DEADLINE)

    found = [record for partition in partitions for record in log.read(partition, 0, 1000)]
    assert len(found) == 8 * 50
    for number in range(8):
        assert values(r for r in found if r.key == b"%d" % number) == [b"%d-%d" % (number, n) for n in range(50)]
    for partition in partitions:
        offsets = [record.offset for record in found if record.partition == partition.number]
        assert offsets == list(range(len(offsets)))


def test_a_key_lives_in_the_partition_that_javas_clients_choose(log: Log, topic: str) -> None:
    partitions = create(log, topic, 7)
    keys = [b"%x" % number * (1 + number % 9) for number in range(200)] + [b"\xff\x80", "käse".encode()]
    for key in keys:
        log.append(topic, key, b"", (), refuse)
    assert log.flush(DEADLINE)

    found = [record for partition in partitions for record in log.read(partition, 0, 1000)]

    assert {record.key: record.partition for record in found} == {key: partition_of(key, 7) for key in keys}


def test_an_empty_partition_has_no_records_and_equal_bounds(log: Log, topic: str) -> None:
    [partition] = create(log, topic)
    reader = log.read_on({partition: 0})

    assert log.bounds([partition]) == {partition: Bounds(0, 0)}
    assert log.read(partition, 0, 10) == []
    assert reader.poll(0.1, 10) == []
    assert reader.positions() == {partition: 0}
    reader.close()


def test_a_reader_gives_the_records_that_a_read_gives(log: Log, topic: str) -> None:
    partitions = create(log, topic, 2)
    append(log, topic, b"1", b"2", key=b"a", headers=[("ce_id", b"1"), ("none", None), ("ce_id", b"2")])
    append(log, topic, b"3", key=b"b")
    reader = log.read_on(dict.fromkeys(partitions, 0))

    assert sorted(take(reader, 3)) == sorted(record for at in partitions for record in log.read(at, 0, 10))
    reader.close()


def test_a_reader_knows_the_last_message_that_it_gave_of_each_partition(log: Log, topic: str) -> None:
    partitions = create(log, topic, 3)
    keys = {partition_of(b"%d" % number, 3): b"%d" % number for number in range(20)}
    append(log, topic, b"1", b"2", key=keys[0])
    append(log, topic, b"3", key=keys[2])
    reader = log.read_on(dict.fromkeys(partitions, 0))
    assert reader.last() == {}

    take(reader, 3, limit=2)
    assert {at.number: message.value() for at, message in reader.last().items()} == {0: b"2", 2: b"3"}

    append(log, topic, b"4", key=keys[0])
    take(reader, 1)
    assert {at.number: message.value() for at, message in reader.last().items()} == {0: b"4", 2: b"3"}
    reader.close()


def test_a_reader_goes_on_where_the_last_poll_ended(log: Log, topic: str) -> None:
    [partition] = create(log, topic)
    append(log, topic, *[b"%d" % number for number in range(10)])
    reader = log.read_on({partition: 3})

    assert values(take(reader, 2, limit=2)) == [b"3", b"4"]
    assert reader.positions() == {partition: 5}
    assert values(take(reader, 5)) == [b"5", b"6", b"7", b"8", b"9"]
    append(log, topic, b"10")
    assert values(take(reader, 1)) == [b"10"]
    assert reader.positions() == {partition: 11}
    reader.close()


def test_a_poll_gives_no_more_than_its_limit(log: Log, topic: str) -> None:
    partitions = create(log, topic, 3)
    for number in range(90):
        log.append(topic, b"%d" % number, b"", (), refuse)
    assert log.flush(DEADLINE)
    reader = log.read_on(dict.fromkeys(partitions, 0))

    sizes: list[int] = []
    while sum(sizes) < 90:
        sizes.append(len(reader.poll(DEADLINE, 7)))

    assert max(sizes) == 7
    reader.close()


def test_no_partition_is_kept_waiting_by_another(log: Log, topic: str) -> None:
    partitions = create(log, topic, 2)
    keys = {partition_of(b"%d" % number, 2): b"%d" % number for number in range(10)}
    append(log, topic, *[b"%1000d" % number for number in range(5_000)], key=keys[0])
    append(log, topic, b"one", key=keys[1])
    reader = log.read_on(dict.fromkeys(partitions, 0))

    read = read_until(lambda found: b"one" in values(found), reader, limit=10)

    assert len(read) < 5_000
    reader.close()


def test_a_reader_that_starts_at_the_end_sees_only_what_comes_later(log: Log, topic: str) -> None:
    [partition] = create(log, topic)
    append(log, topic, b"before")
    reader = log.read_on({partition: log.bounds([partition])[partition].end})

    assert reader.poll(0.2, 10) == []
    append(log, topic, b"after")

    assert values(take(reader, 1)) == [b"after"]
    reader.close()


def test_a_waiting_reader_is_woken_by_an_append(log: Log, topic: str) -> None:
    [partition] = create(log, topic)
    reader = log.read_on({partition: 0})
    until(lambda: reader.poll(0.1, 10) == [])
    woken: queue.Queue[Sequence[Message]] = queue.Queue()

    def wait() -> None:
        while not (messages := reader.poll(DEADLINE, 10)):  # nothing comes once, for the end was reached
            pass
        woken.put(messages)

    waiting = threading.Thread(target=wait)
    waiting.start()

    append(log, topic, b"value")

    assert values(map(record_of, woken.get(timeout=DEADLINE / 2))) == [b"value"]
    waiting.join()
    reader.close()


def test_a_waiting_reader_can_be_woken_without_a_record(log: Log, topic: str) -> None:
    [partition] = create(log, topic)
    reader = log.read_on({partition: 0})
    until(lambda: reader.poll(0.1, 10) == [])
    polled: queue.Queue[Sequence[Message]] = queue.Queue()
    waiting = threading.Thread(target=lambda: polled.put(reader.poll(DEADLINE, 10)))
    waiting.start()

    reader.wake()

    assert polled.get(timeout=DEADLINE / 2) == []
    waiting.join()
    reader.close()


def test_a_range_is_read_from_its_start_up_to_its_limit(log: Log, topic: str) -> None:
    [partition] = create(log, topic)
    append(log, topic, *[b"%d" % number for number in range(10)])

    assert values(log.read(partition, 4, 3)) == [b"4", b"5", b"6"]
    assert values(log.read(partition, 8, 100)) == [b"8", b"9"]
    assert log.read(partition, 10, 3) == []
    assert log.read(partition, 99, 3) == []
    assert log.read(partition, 0, 0) == []


def test_another_programs_records_are_read_with_their_nulls(backend: Backend, log: Log, topic: str) -> None:
    [partition] = create(log, topic)
    backend.append(partition, None, b"no key", ())
    backend.append(partition, b"no value", None, ())
    backend.append(partition, b"", b"", ())
    reader = log.read_on({partition: 0})

    records = take(reader, 3)

    assert [(r.key, r.value) for r in records] == [(None, b"no key"), (b"no value", None), (b"", b"")]
    assert [list(record.headers) for record in records] == [[], [], []]
    assert records == log.read(partition, 0, 10)
    reader.close()


def test_records_of_another_process_are_seen(backend: Backend, log: Log, topic: str) -> None:
    [partition] = create(log, topic)
    reader = log.read_on({partition: 0})
    until(lambda: reader.poll(0.1, 10) == [])

    subprocess.run([sys.executable, "-c", WRITER, backend.url, topic, "3"], check=True, timeout=DEADLINE)

    assert values(take(reader, 3)) == [b"0", b"1", b"2"]
    reader.close()


WRITER = """
import sys
from foldline.log.open import open_log
url, topic, count = sys.argv[1:]
log = open_log(url, {}, "writer")
for number in range(int(count)):
    log.append(topic, b"key", b"%d" % number, (), lambda error: sys.exit(str(error)))
assert log.flush(10)
log.close()
"""


def test_bounds_tell_what_is_left_after_a_cut(backend: Backend, log: Log, topic: str) -> None:
    [partition] = create(log, topic)
    append(log, topic, *[b"%d" % number for number in range(10)])
    backend.cut(partition, 4)

    assert log.bounds([partition]) == {partition: Bounds(4, 10)}
    assert values(log.read(partition, 0, 2)) == [b"4", b"5"]


def test_a_reader_that_starts_before_the_first_record_kept_is_told_so(backend: Backend, log: Log, topic: str) -> None:
    [partition] = create(log, topic)
    append(log, topic, *[b"%d" % number for number in range(10)])
    backend.cut(partition, 4)
    reader = log.read_on({partition: 3})

    with pytest.raises(LogCut, match=topic):
        take(reader, 1)
    with pytest.raises(LogCut, match=topic):
        take(reader, 1)
    reader.close()


def test_a_reader_that_starts_after_the_end_is_told_so(log: Log, topic: str) -> None:
    [partition] = create(log, topic)
    append(log, topic, b"value")
    reader = log.read_on({partition: 2})

    with pytest.raises(LogCut, match=topic):
        take(reader, 1)
    reader.close()


def test_a_topic_is_described_as_it_was_created(log: Log, topic: str) -> None:
    create(log, topic, 3, **{"cleanup.policy": "compact", "min.compaction.lag.ms": "172800000"})

    found = log.describe([topic, f"{topic}.not"])

    assert list(found) == [topic]
    assert (found[topic].name, found[topic].partitions, found[topic].replication) == (topic, 3, 1)
    assert found[topic].config.items() >= {"cleanup.policy": "compact", "min.compaction.lag.ms": "172800000"}.items()
    assert log.describe([]) == {}


def test_a_topic_that_exists_stays_as_it_is(log: Log, topic: str) -> None:
    [partition] = create(log, topic)
    append(log, topic, b"value")
    before = log.describe([topic])

    create(log, topic, 5)

    assert log.describe([topic]) == before
    assert values(log.read(partition, 0, 10)) == [b"value"]


def test_topics_have_identities_of_their_own(backend: Backend, log: Log, topic: str) -> None:
    create(log, topic)
    create(log, f"{topic}.other")
    identities = {info.identity for info in log.describe([topic, f"{topic}.other"]).values()}
    assert len(identities) == 2

    again = open_log(backend.url, {}, "again")
    assert {info.identity for info in again.describe([topic, f"{topic}.other"]).values()} == identities
    again.close()


def test_a_topic_can_be_used_as_soon_as_it_is_created(log: Log, topic: str) -> None:
    for number in range(5):
        [partition] = create(log, f"{topic}.{number}")
        append(log, partition.topic, b"value")
        assert log.bounds([partition]) == {partition: Bounds(0, 1)}


def test_a_topic_that_cannot_be_created_is_an_error(log: Log, topic: str) -> None:
    with pytest.raises(LogError, match=topic):
        log.create([TopicSpec(topic, 0)])
    assert log.describe([topic]) == {}


def test_an_unknown_topic_is_an_error_that_says_what_to_do(log: Log, topic: str) -> None:
    partition = Partition(topic, 0)

    for ask in (
        lambda: log.bounds([partition]),
        lambda: log.read(partition, 0, 1),
        lambda: log.read_on({partition: 0}),
    ):
        with pytest.raises(LogError, match=f"{topic}.*foldline topics create"):
            ask()


def test_an_append_to_an_unknown_topic_fails_within_seconds(log: Log, topic: str) -> None:
    errors: queue.Queue[LogError] = queue.Queue()
    try:
        log.append(topic, b"key", b"value", (), errors.put)
    except LogError as error:
        errors.put(error)

    assert topic in str(errors.get(timeout=DEADLINE))


def test_a_record_that_is_too_large_fails(log: Log, topic: str) -> None:
    [partition] = create(log, topic)
    errors: queue.Queue[LogError] = queue.Queue()
    try:
        log.append(topic, b"key", bytes(2_000_000), (), errors.put)
    except LogError as error:
        errors.put(error)

    assert "max.message.bytes" in str(errors.get(timeout=DEADLINE))
    append(log, topic, b"the next is written")
    assert log.bounds([partition]) == {partition: Bounds(0, 1)}


def test_close_writes_what_waits_and_leaves_nothing(backend: Backend, topic: str) -> None:
    before = open_things()
    log = open_log(backend.url, {}, "tests")
    [partition] = create(log, topic)
    reader = log.read_on({partition: 0})
    log.append(topic, b"key", b"first", (), refuse)
    assert log.flush(30)  # the first append makes a producer, which takes its time; closing waits for a moment only
    for number in range(100):
        log.append(topic, b"key", b"%d" % number, (), refuse)
    log.read(partition, 0, 1)
    reader.close()
    log.close()
    until(lambda: not open_things() - before)

    again = open_log(backend.url, {}, "tests")
    assert again.bounds([partition]) == {partition: Bounds(0, 101)}
    again.close()


def open_things() -> Counter[str]:
    """Threads, those of libraries as well, and open files."""
    files = [str(file.readlink()) for file in Path("/proc/self/fd").iterdir() if file.exists()]
    return Counter(["thread"] * len(list(Path("/proc/self/task").iterdir())) + files)


def test_a_closed_log_takes_nothing_more(backend: Backend, topic: str) -> None:
    log = open_log(backend.url, {}, "tests")
    create(log, topic)
    log.close()

    with pytest.raises(LogError, match="closed"):
        log.append(topic, b"key", b"value", (), refuse)
    with pytest.raises(LogError, match="closed"):
        log.describe([topic])


def test_a_log_is_not_used_in_another_process_than_the_one_that_opened_it(log: Log, topic: str) -> None:
    create(log, topic)
    context = multiprocessing.get_context("fork")
    answers = context.SimpleQueue()

    def child() -> None:
        try:
            log.append(topic, b"key", b"value", (), refuse)
        except LogError as error:
            answers.put(str(error))
        os._exit(0)

    process = context.Process(target=child)
    process.start()
    process.join(DEADLINE)

    assert "after the fork" in answers.get()
