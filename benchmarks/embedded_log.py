"""The embedded log beside a bare SQLite loop with the same promise: on disk before anybody sees it.

python benchmarks/embedded_log.py [FOLDER]   (a folder on the disk that is to be measured)
"""

import multiprocessing
import multiprocessing.synchronize
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from foldline.errors import LogError
from foldline.log.port import Partition, Reader, TopicSpec
from foldline.log.sqlite import SqliteLog

TOPIC, VALUE = "bench", b"v" * 200
HEADERS = [("ce_id", b"0" * 22), ("ce_type", b"products.update"), ("follows", b"41"), ("ce_specversion", b"1.0")]
PARTITION = Partition(TOPIC, 0)
SECONDS, ROUNDS = 1.0, 5


def main() -> None:
    with tempfile.TemporaryDirectory(dir=sys.argv[1] if len(sys.argv) > 1 else ".") as folder:
        log = SqliteLog(Path(folder) / "log.db")
        log.create([TopicSpec(TOPIC, 1)])
        rounds = [  # in turns, for the machine may be slower a second later
            (bare_sqlite(Path(folder) / f"{number}.db"), seen_appends(log, 1), seen_appends(log, 16))
            for number in range(ROUNDS)
        ]
        bare, one, many = map(max, zip(*rounds, strict=True))
        print(f"best of {ROUNDS} rounds of {SECONDS:g} s; every append is on disk, and seen by its writer")
        print(f"bare SQLite, one transaction each: {bare:8,.0f}/s")
        print(f"embedded log,  1 thread:           {one:8,.0f}/s  {one / bare:.2f} of bare SQLite")
        print(f"embedded log, 16 threads:          {many:8,.0f}/s  {many / bare:.2f} of bare SQLite")
        log.close()
        print_other_process(Path(folder) / "log.db")


def bare_sqlite(path: Path) -> float:
    """Transactions a second."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE records (id INTEGER PRIMARY KEY, key BLOB, value BLOB, headers BLOB)")
    count, started = 0, time.perf_counter()
    while time.perf_counter() < started + SECONDS:
        connection.execute("INSERT INTO records (key, value, headers) VALUES (?, ?, ?)", (b"key", VALUE, b"h" * 100))
        count += 1
    connection.close()
    return count / SECONDS


def seen_appends(log: SqliteLog, threads: int) -> float:
    """Appends a second that their writers have seen, by one reader for all, as in a service."""
    seen = [threading.Semaphore(0) for _ in range(threads)]
    counts = [0] * threads
    stop = threading.Event()
    reader = log.read_on({PARTITION: log.bounds([PARTITION])[PARTITION].end})

    def read() -> None:
        while not stop.is_set():
            for record in reader.poll(0.1, 1000):
                seen[int(record.key or b"")].release()

    def write(number: int) -> None:
        deadline = time.perf_counter() + SECONDS
        while time.perf_counter() < deadline:
            log.append(TOPIC, b"%d" % number, VALUE, HEADERS, complain)
            seen[number].acquire()
            counts[number] += 1

    reading = threading.Thread(target=read)
    writing = [threading.Thread(target=write, args=(number,)) for number in range(threads)]
    for thread in [reading, *writing]:
        thread.start()
    for thread in writing:
        thread.join()
    stop.set()
    reading.join()
    reader.close()
    return sum(counts) / SECONDS


def print_other_process(path: Path) -> None:
    """How late another process sees an append, and what it costs to wait for one."""
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    results: multiprocessing.SimpleQueue[tuple[float, list[float]]] = context.SimpleQueue()
    process = context.Process(target=watch, args=(path, ready.set, results.put))
    process.start()
    ready.wait()
    log = SqliteLog(path)
    for _ in range(300):
        time.sleep(0.0137)
        log.append(TOPIC, b"0", b"%d" % time.monotonic_ns(), (), complain)
    idle, late = results.get()
    process.join()
    log.close()
    late.sort()
    print(
        f"another process sees an append after {statistics.median(late):.1f} ms (median),"
        f" {late[-4]:.1f} ms (99%), {late[-1]:.1f} ms (most)"
    )
    print(f"an idle process takes {100 * idle:.2f}% of a core")


def watch(path: Path, ready: Callable[[], None], report: Callable[[tuple[float, list[float]]], None]) -> None:
    log = SqliteLog(path)
    reader: Reader = log.read_on({PARTITION: log.bounds([PARTITION])[PARTITION].end})
    used, started = time.process_time(), time.perf_counter()
    reader.poll(10.0, 1)
    idle = (time.process_time() - used) / (time.perf_counter() - started)
    ready()
    late: list[float] = []
    while len(late) < 300:
        late += [(time.monotonic_ns() - int(record.value or b"")) / 1e6 for record in reader.poll(1.0, 100)]
    reader.close()
    log.close()
    report((idle, late))


def complain(error: LogError) -> None:
    print(error, file=sys.stderr)


if __name__ == "__main__":
    main()
