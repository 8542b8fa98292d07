"""`python -m faults`: a long run. Its histories, and what the services wrote, stay in a folder."""

import argparse
import shutil
import signal
import sys
from pathlib import Path

from faults.check import main as check_again
from faults.plan import lanes
from faults.rig import run_round, running, stop
from services import REPOSITORY

_AFTERWARDS = 10
"""One of so many faults comes after the topic was made anew, which loses by definition what it held."""


def main() -> int:
    """1: a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m faults", description=__doc__)
    parser.add_argument("--log", choices=["embedded", "kafka"], default="embedded")
    parser.add_argument("--faults", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1, help="the same faults and requests each time")
    parser.add_argument("--folder", type=Path, help="made anew; var/faults/LOG-SEED if not given")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that processes and disks are not left behind
    kept = given.folder or REPOSITORY / "var" / "faults" / f"{given.log}-{given.seed}"
    shutil.rmtree(kept, ignore_errors=True)
    later = given.faults // _AFTERWARDS
    histories = [kept / "history-1.jsonl", kept / "history-2.jsonl"]
    with running(kept / "run", given.log) as registers:
        run_round(registers, lanes(given.seed, given.log, given.faults - later), given.seed, histories[0])
        registers.make_topic_anew()
        run_round(registers, lanes(given.seed + 1, given.log, later), given.seed + 1, histories[1])
        stop(registers)
    return check_again([str(path) for path in histories])


if __name__ == "__main__":
    sys.exit(main())
