"""`foldline`, whose services sample themselves: a signal makes a worker begin, the next one end and write what it saw.

Settings: BENCH_SAMPLES, a folder. Now and then vmprof looks at a function that is half called, and the worker crashes.
So services are sampled in pieces, and a piece that was lost is taken anew, of a service that is started anew.
"""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from benchmarks.command import say
from benchmarks.sampling import Frame, Sampler, Samples
from benchmarks.servers import Server
from foldline.cli import main

_NEXT = signal.SIGRTMIN
_PATIENCE = 30.0
_PIECES = 4
_TRIES = 8


class _Crashed(Exception):
    """The worker that was sampled is gone."""


def sampled(
    start: Callable[[], AbstractContextManager[list[Server]]], folder: Path, load: Callable[[list[Server]], object]
) -> list[Samples]:
    """Pieces of what the first replica of a service does under that load; `folder` is where its samples go."""
    found: list[Samples] = []
    for _ in range(_TRIES):
        with start() as replicas:
            load(replicas)  # once, so that it is warm
            try:
                while len(found) < _PIECES:
                    with _piece(replicas[0].worker, folder) as file:
                        load(replicas)
                    found.append(_read(file))
            except _Crashed:
                say("the sampler crashed what it sampled; once more")
            else:
                return found
    raise SystemExit("the sampler crashed what it sampled, again and again")


@contextmanager
def _piece(worker: int, folder: Path) -> Iterator[Path]:
    begun, ended = folder / "begun", folder / "ended"
    begun.unlink(missing_ok=True)
    ended.unlink(missing_ok=True)
    try:
        _tell(worker, begun)
        yield ended
        _tell(worker, ended)
    except (Exception, SystemExit) as error:  # whatever the load makes of a service that went away
        if Path(f"/proc/{worker}").exists():
            raise
        raise _Crashed from error


def _tell(worker: int, answer: Path) -> None:
    os.kill(worker, _NEXT)
    deadline = time.monotonic() + _PATIENCE
    while not answer.exists():
        if time.monotonic() > deadline:
            raise SystemExit(f"process {worker} does not sample itself")
        os.kill(worker, 0)  # an error, if it is gone
        time.sleep(0.01)


def _read(file: Path) -> Samples:
    stacks, threads = json.loads(file.read_text())
    return Samples([[Frame(*frame) for frame in stack] for stack in stacks], threads)


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
