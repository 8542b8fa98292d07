"""`foldline`, whose services sample themselves: a signal makes a worker begin, the next one end and write what it saw.

Settings: BENCH_SAMPLES, a folder.
"""

import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.sampling import Frame, Sampler, Samples
from foldline.cli import main

_NEXT = signal.SIGRTMIN
_PATIENCE = 30.0


@contextmanager
def sampled(worker: int, folder: Path) -> Iterator[list[Samples]]:
    """Sample a worker meanwhile; there is one in the list afterwards."""
    found: list[Samples] = []
    _tell(worker, folder / "begun")
    yield found
    _tell(worker, folder / "ended")
    stacks, threads = json.loads((folder / "ended").read_text())
    found.append(Samples([[Frame(*frame) for frame in stack] for stack in stacks], threads))
    for file in folder.iterdir():
        file.unlink()


def _tell(worker: int, answer: Path) -> None:
    os.kill(worker, _NEXT)
    deadline = time.monotonic() + _PATIENCE
    while not answer.exists():
        if time.monotonic() > deadline:
            raise SystemExit(f"process {worker} does not sample itself")
        time.sleep(0.01)


def _obey(folder: Path) -> None:
    """In the worker, after the fork."""
    sampler = Sampler()
    begun, ended = folder / "begun", folder / "ended"

    def proceed(*_: object) -> None:
        if not begun.exists():
            sampler.start()
            begun.touch()
            return
        unfinished = folder / "unfinished"
        unfinished.write_text(json.dumps(sampler.stop()))
        unfinished.rename(ended)

    signal.signal(_NEXT, proceed)


if __name__ == "__main__":
    os.register_at_fork(after_in_child=lambda: _obey(Path(os.environ["BENCH_SAMPLES"])))
    main(prog_name="foldline")
