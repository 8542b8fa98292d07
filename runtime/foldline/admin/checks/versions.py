"""What Foldline runs on."""

import platform
import sqlite3
import sys
from collections.abc import Iterator
from importlib.metadata import version

import confluent_kafka

from foldline.admin.checks.check import Check

_SQLITE = (3, 38)
"""The first in which SQL reads JSON with `->>`."""


def versions() -> dict[str, str]:
    """Each part's version, by name."""
    return {
        "foldline": version("foldline"),
        "python": platform.python_version(),
        "librdkafka": confluent_kafka.libversion()[0],
        "sqlite": sqlite3.sqlite_version,
    }


def check_versions() -> Iterator[Check]:
    """Foldline, Python, librdkafka and SQLite."""
    found = versions()
    yield Check("foldline", "ok", found["foldline"])
    yield Check("python", "ok", f"{found['python']} at {sys.executable}")
    yield Check("librdkafka", "ok", found["librdkafka"])
    yield check_sqlite(sqlite3.sqlite_version_info)


def check_sqlite(info: tuple[int, ...]) -> Check:
    """Whether this SQLite does what the state needs."""
    text = ".".join(map(str, info))
    if info < _SQLITE:
        needed = ".".join(map(str, _SQLITE))
        return Check(
            "sqlite",
            "fail",
            f"{text} is too old",
            f"use a Python whose SQLite is {needed} or later, such as python.org's",
        )
    return Check("sqlite", "ok", text)
