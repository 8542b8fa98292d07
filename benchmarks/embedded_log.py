"""The embedded log beside a bare SQLite loop with the same promise: on disk before anybody sees it.

    python -m benchmarks.embedded_log [--folder FOLDER] [--write]    (a folder on the disk that is to be measured)

Every append is on disk, and seen by its writer. Best of several rounds, in turns. Idle is the shop's products service,
of which nobody wants anything.
"""

import multiprocessing
import multiprocessing.synchronize
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.command import Parser, publish, say
from benchmarks.servers import Use
from benchmarks.shop import products
from benchmarks.tables import Table
from foldline.errors import LogError
from foldline.log.port import Partition, Reader, TopicSpec
from foldline.log.sqlite import SqliteLog

TABLES = ("embedded_log",)

TOPIC, VALUE = "bench", b"v" * 200
HEADERS = [("ce_id", b"0" * 22), ("ce_type", b"products.update"), ("follows", b"41"), ("ce_specversion", b"1.0")]
PARTITION = Partition(TOPIC, 0)
SECONDS, ROUNDS = 1.0, 5


def main() -> None:
    """Run it."""
    parser = Parser(__doc__)
    parser.add_argument("--folder", type=Path, default=Path())
    options = parser.options()
    with tempfile.TemporaryDirectory(dir=options.folder, prefix="foldline-bench-") as name:
        folder = Path(name)
        log = SqliteLog(folder / "log.db")
        log.create([TopicSpec(TOPIC, 1)])
        rounds = []
        for number in range(ROUNDS):  # in turns, for the machine may be slower a second later
            say(f"round {number + 1} of {ROUNDS}")
            rounds.append((bare_sqlite(folder / f"{number}.db"), seen_appends(log, 1), seen_appends(log, 16)))
        log.close()
        bare, one, many = map(max, zip(*rounds, strict=True))
        late = other_process(folder / "log.db")
        served_idle, wake_ups = idle_service(folder)
        bare_idle = idle_loop(wake_ups)
    rows = [
        ["appends a second: bare SQLite, one transaction each", f"{bare:,.0f}", ""],
        ["appends a second: embedded log, 1 thread", f"{one:,.0f}", f"{one / bare:.2f} of it"],
        ["appends a second: embedded log, 16 threads", f"{many:,.0f}", f"{many / bare:.2f} of it"],
        ["another process sees an append, median", f"{statistics.median(late):.1f} ms", ""],
        ["another process sees an append, 99th percentile", f"{late[-4]:.1f} ms", ""],
        ["another process sees an append, most", f"{late[-1]:.1f} ms", ""],
        [f"a process that only sleeps, {wake_ups:.1f} times a second: of a core", f"{100 * bare_idle:.2f}%", ""],
        [
            "an idle service, woken as often",
            f"{100 * served_idle:.2f}%",
            f"{served_idle / bare_idle:.2f} of it",
        ],
    ]
    publish(options, Table("embedded_log", ("", "measured", "beside what is bare"), rows), kafka=False)


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
            for message in reader.poll(0.1, 1000):
                seen[int(message.key() or b"")].release()

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


def other_process(path: Path) -> list[float]:
    """After which ms another process, which waits for appends, sees each; sorted."""
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    results: multiprocessing.SimpleQueue[list[float]] = context.SimpleQueue()
    process = context.Process(target=watch, args=(path, ready.set, results.put))
    process.start()
    ready.wait()
    log = SqliteLog(path)
    for _ in range(300):
        time.sleep(0.0137)
        log.append(TOPIC, b"0", b"%d" % time.monotonic_ns(), (), complain)
    late = results.get()
    process.join()
    log.close()
    return sorted(late)


def watch(path: Path, ready: Callable[[], None], report: Callable[[list[float]], None]) -> None:
    log = SqliteLog(path)
    reader: Reader = log.read_on({PARTITION: log.bounds([PARTITION])[PARTITION].end})
    ready()
    late: list[float] = []
    while len(late) < 300:
        late += [(time.monotonic_ns() - int(message.value() or b"")) / 1e6 for message in reader.poll(1.0, 100)]
    reader.close()
    log.close()
    report(late)


def idle_service(folder: Path) -> tuple[float, float]:
    """What share of a core a service costs that has nothing to do, and how many times a second it wakes up."""
    with products(f"sqlite:{folder / 'idle.db'}", folder) as [service]:
        return idle(service.worker)


def idle_loop(wake_ups: float) -> float:
    """The same of a process that does nothing, but wakes up as often: what a wake-up costs is the machine's affair."""
    program = f"import time\nwhile True: time.sleep({1 / wake_ups})"
    process = subprocess.Popen([sys.executable, "-c", program])
    try:
        return idle(process.pid)[0]
    finally:
        process.kill()
        process.wait()


def idle(process: int) -> tuple[float, float]:
    """Of a core, and wake-ups a second."""
    time.sleep(5)  # what a start leaves to be done
    before, started = Use.of(process), time.perf_counter()
    time.sleep(20)
    after, seconds = Use.of(process), time.perf_counter() - started
    return (after.cpu - before.cpu) / seconds, (after.wake_ups - before.wake_ups) / seconds


def complain(error: LogError) -> None:
    print(error, file=sys.stderr)


if __name__ == "__main__":
    main()
