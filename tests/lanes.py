"""`make test` runs tests in two lanes (pytest-xdist), for most of them wait most of the time."""

import subprocess
from pathlib import Path, PurePosixPath

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling, Scheduling

_SCRIPTS = Path(__file__).parents[1] / "scripts"

_TOGETHER = ("tests/containers", "tests/e2e/page", "tests/integration/kafka_security")
"""Folders whose tests share what is dear to start. Of all others the tests of a file stay in one lane."""


class _Lanes(LoadScopeScheduling):  # type: ignore[misc]
    def _split_scope(self, nodeid: str) -> str:
        file = PurePosixPath(nodeid.partition("::")[0])
        return next((folder for folder in _TOGETHER if file.is_relative_to(folder)), str(file))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    """Say which tests stay together."""
    return _Lanes(config, log)


def pytest_xdist_setupnodes() -> None:
    """Get what both lanes need, where it can be had: two that install Debian's packages at once hinder each other."""
    for command in (["kafka.sh", "fetch"], ["browser.sh"]):
        subprocess.run([_SCRIPTS / command[0], *command[1:]], stdout=subprocess.DEVNULL, check=False)
