"""Replay of a topic beside Quix Streams, FastStream and Faust, and a raw loop, on the same records in the same run.

    python -m benchmarks.replay_peers [--records 50000] [--keys 5000] [--partitions 1] [--broker HOST:PORT] [--write]

Each peer has an environment of its own (requirements/peers/*.txt), made when it is first needed. What each keeps:
Foldline entities and positions in SQLite, decided by the rule; Quix Streams the newest value by key in RocksDB, with
and without its changelog topic; Faust the same in a table in memory with its changelog topic; FastStream, which has no
state, in a dict; the raw loop in a dict, too. Each runs several times, in turns; the median counts.
"""

import os
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.broker import broker, make_topic
from benchmarks.command import Parser, publish, say
from benchmarks.replay import Case, foldline, produce, raw_loop
from benchmarks.tables import Table
from foldline.log.port import TopicSpec

TABLES = ("replay_peers",)

ROOT = Path(__file__).parents[1]
PEERS = Path(__file__).parent / "peers"
ROUNDS = 3
LONGEST = 600.0
"""Seconds that a peer may take."""

OURS = "Foldline: decided by the rule, durable with positions (SQLite)"

Run = Callable[[str, TopicSpec, int, Path], float]
"""Seconds to fold the records of a topic, with a folder for state."""


def environment_of(peer: str) -> Path:
    """The interpreter of a peer's own environment, which is made where there is none."""
    folder = ROOT / f".venv-bench-{peer}"
    python = folder / "bin" / "python"
    if not (folder / "stamp").exists():
        say(f"setting up {folder.name} (once)")
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        requirements = ROOT / "requirements" / "peers" / f"{peer}.txt"
        install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r"]
        subprocess.run([python, *install, requirements], check=True)
        (folder / "stamp").touch()
    return python


def peer(script: str, python: Path, **settings: str) -> Run:
    """One of benchmarks/peers/, which prints the seconds that it took."""

    def run(servers: str, spec: TopicSpec, records: int, state: Path) -> float:
        told = {
            "BENCH_BROKER": servers,
            "BENCH_TOPIC": spec.name,
            "BENCH_PARTITIONS": str(spec.partitions),
            "BENCH_RECORDS": str(records),
            "BENCH_STATE": str(state),
        }
        ended = subprocess.run(
            [python, PEERS / f"{script}.py"],
            env=os.environ | told | settings,
            cwd=state,
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
        )
        if ended.returncode:
            raise SystemExit(f"{script} failed:\n{ended.stderr}")
        return float(ended.stdout.split()[-1])

    return run


def contestants() -> Iterator[tuple[str, Run]]:
    """Who runs, by name."""
    quix = environment_of("quix")
    yield "raw loop, dict", lambda servers, spec, records, _: raw_loop(servers, spec, records)
    yield OURS, lambda servers, spec, _, state: foldline(servers, spec, state / "state.db")
    yield "Quix Streams: newest by key in RocksDB", peer("replay_quix", quix, BENCH_CHANGELOG="0")
    yield "Quix Streams, with its changelog topic, as it is by itself", peer("replay_quix", quix, BENCH_CHANGELOG="1")
    yield "FastStream, dict", peer("replay_faststream", Path(sys.executable))
    yield "Faust: table in memory with its changelog topic", peer("replay_faust", environment_of("faust"))


def compare(servers: str, records: int, keys: int, partitions: int) -> Table:
    """Each in turns."""
    spec = make_topic(servers, partitions)
    produce(servers, spec, Case(records, keys, spec.partitions))
    taken: dict[str, list[float]] = defaultdict(list)
    for number in range(ROUNDS):
        say(f"round {number + 1} of {ROUNDS}")
        for name, run in contestants():
            with tempfile.TemporaryDirectory(prefix="foldline-bench-", ignore_cleanup_errors=True) as folder:
                taken[name].append(run(servers, spec, records, Path(folder)))
    ours = statistics.median(taken[OURS])
    rows = []
    for name, seconds in taken.items():
        theirs = statistics.median(seconds)
        rows.append([name, f"{records / theirs:,.0f}", "" if name == OURS else f"{theirs / ours:.2f} of it"])
    note = f"{records:,} records of {keys:,} entities, {partitions} partition(s)."
    return Table("replay_peers", ("", "records a second", "Foldline is"), rows, note)


def main() -> None:
    """Run it."""
    parser = Parser(__doc__, broker=True)
    parser.add_argument("--records", type=int, default=50_000)
    parser.add_argument("--keys", type=int, default=5_000)
    parser.add_argument("--partitions", type=int, default=1)
    options = parser.options()
    with broker(options.broker) as servers:
        publish(options, compare(servers, options.records, options.keys, options.partitions), kafka=True)


if __name__ == "__main__":
    main()
