"""`python -m faults.check HISTORY...`: hold the histories of earlier runs against what must be true, again."""

import sys
from pathlib import Path

from faults.checks import check
from faults.history import read
from faults.report import report


def main(paths: list[str]) -> int:
    """1: a promise was broken."""
    broken = False
    for path in paths:
        history = read(Path(path))
        failures = check(history)
        print(f"{path}:\n{report(history, failures)}")  # noqa: T201
        broken = broken or bool(failures)
    return int(broken)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
