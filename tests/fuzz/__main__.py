"""Coverage-guided fuzzing: `python -m fuzz fuzz.records --seconds 60`, or with a file, that input once more.

A target is a module with `judge(data)`, which raises where something is wrong with what the runtime makes of these
bytes, and `SEEDS` to begin with. An input that fails is written to var/fuzz, and the way to run it again is printed.
"""

import argparse
import importlib
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

_LONGEST = 4096
"""Bytes of an input."""


def main() -> None:
    """Fuzz one target, from its seeds; does not return."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("target", help="fuzz.records, fuzz.frames, fuzz.arrivals, or another module like them")
    parser.add_argument("input", nargs="?", type=Path, help="an input to run once more")
    parser.add_argument("--seconds", type=int, default=60, help="how long (60)")
    parser.add_argument("--seed", type=int, default=1, help="of the random numbers (1)")
    parser.add_argument("--crashes", type=Path, default=Path("var/fuzz"), help="where inputs that fail go (var/fuzz)")
    args = parser.parse_args()
    atheris: Any = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["foldline"]):
        target: Any = importlib.import_module(args.target)
    if args.input is not None:
        target.judge(args.input.read_bytes())
        return
    args.crashes.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as corpus:
        _plant(Path(corpus), target.SEEDS)
        options = [
            f"-max_total_time={args.seconds}",
            f"-seed={args.seed}",
            f"-max_len={_LONGEST}",
            f"-artifact_prefix={args.crashes}{os.sep}",
        ]
        atheris.Setup([sys.argv[0], *options, corpus], _telling(target.judge, args.target))
        atheris.Fuzz()


def _plant(corpus: Path, seeds: Iterable[bytes]) -> None:
    for number, seed in enumerate(seeds):
        (corpus / str(number)).write_bytes(seed)


def _telling(judge: Callable[[bytes], None], target: str) -> Callable[[bytes], None]:
    """The same, but it says what to do with the file that is written next."""

    def judged(data: bytes) -> None:
        try:
            judge(data)
        except BaseException:
            print(f"Run the input below again: PYTHONPATH=tests python -m fuzz {target} FILE", file=sys.stderr)  # noqa: T201
            raise

    return judged


if __name__ == "__main__":
    main()
