"""Replay of a topic beside Quix Streams, FastStream and Faust, and a raw loop, on the same records in the same run.

    python -m benchmarks.replay_peers [--records 100000] [--keys 10000] [--partitions 1 3] [--broker HOST:PORT]

Each peer has an environment of its own (requirements/peers/*.txt), made when it is first needed. What each keeps:
Foldline entities and positions in SQLite, decided by the rule; Quix Streams the newest value by key in RocksDB, with
and without its changelog topic; Faust the same in a table in memory with its changelog topic; FastStream, which has no
state, in a dict; the raw loop in a dict, too. Each runs several times, in turns; the median counts.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

from benchmarks.broker import broker
from benchmarks.replay import foldline, produce, raw_loop
from foldline.log.open import open_log
from foldline.log.port import TopicSpec

ROOT = Path(__file__).parents[1]
PEERS = Path(__file__).parent / "peers"
ROUNDS = 3
LONGEST = 600.0
"""Seconds that a peer may take."""

Run = Callable[[str, TopicSpec, int, Path], float]
"""Seconds to fold the records of a topic, with a folder for state."""


def environment_of(peer: str) -> Path:
    """The interpreter of a peer's own environment, which is made where there is none."""
    folder = ROOT / f".venv-bench-{peer}"
    python = folder / "bin" / "python"
    if not (folder / "stamp").exists():
        print(f"setting up {folder.name} (once)", file=sys.stderr)
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
    yield "raw loop", lambda servers, spec, records, _: raw_loop(servers, spec, records)
    yield "Foldline, durable state", lambda servers, spec, _, state: foldline(servers, spec, state / "state.db")
    yield "Quix Streams, RocksDB", peer("replay_quix", quix, BENCH_CHANGELOG="0")
    yield "Quix Streams, RocksDB and changelog", peer("replay_quix", quix, BENCH_CHANGELOG="1")
    yield "FastStream, dict", peer("replay_faststream", Path(sys.executable))
    yield "Faust, table in memory and changelog", peer("replay_faust", environment_of("faust"))


def compare(servers: str, records: int, keys: int, partitions: int) -> None:
    """Print one table."""
    spec = TopicSpec(f"bench.{uuid4().hex}", partitions)
    log = open_log(f"kafka://{servers}", {}, "bench")
    log.create([spec])
    log.close()
    produce(servers, spec, records, keys)
    taken: dict[str, list[float]] = defaultdict(list)
    for _ in range(ROUNDS):
        for name, run in contestants():
            with tempfile.TemporaryDirectory(prefix="foldline-bench-", ignore_cleanup_errors=True) as folder:
                taken[name].append(run(servers, spec, records, Path(folder)))
    ours = statistics.median(taken["Foldline, durable state"])
    print(f"{records:,} records of {keys:,} entities, {partitions} partition(s)")
    for name, seconds in taken.items():
        theirs = statistics.median(seconds)
        print(f"  {name:38} {records / theirs:>9,.0f} a second   Foldline is {theirs / ours:5.2f} of it")


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--keys", type=int, default=10_000)
    parser.add_argument("--partitions", type=int, nargs="+", default=[1, 3])
    parser.add_argument("--broker", help="HOST:PORT of one that runs; one is started otherwise")
    options = parser.parse_args()
    with broker(options.broker) as servers:
        for partitions in options.partitions:
            compare(servers, options.records, options.keys, partitions)


if __name__ == "__main__":
    main()
