"""What a table was measured on, in one line."""

import os
import platform
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
_MEASURED = ("runtime", "functions", "topics.yaml", "benchmarks", "requirements")


def measured_on(*, kafka: bool) -> str:
    """Date, machine, Python, Kafka where it took part, and commit."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return ", ".join(
        [
            f"Measured on {datetime.now(UTC):%Y-%m-%d}",
            f"{len(os.sched_getaffinity(0))} cores of {_processor()}",
            f"{memory:.0f} GiB",
            f"Python {platform.python_version()}",
            *([f"Apache Kafka {_kafka()}"] if kafka else []),
            _commit(),
        ]
    )


def _processor() -> str:
    models = re.findall(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return models[0] if models else platform.machine()


def _kafka() -> str:
    """The version that scripts/kafka.sh starts."""
    found = re.search(r"<version>(\d+\.\d+\.\d+)</version>", (ROOT / "scripts" / "kafka" / "pom.xml").read_text())
    assert found is not None
    return found[1]


def _commit() -> str:
    """Which sources, and whether they were as committed."""
    commit, changes = _git("rev-parse", "--short", "HEAD"), _git("status", "--porcelain", "--", *_MEASURED)
    return f"commit {commit or 'unknown'}{' with changes' if changes else ''}"


def _git(*arguments: str) -> str:
    ended = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return ended.stdout.strip()
