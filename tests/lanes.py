"""`make test` runs tests in two lanes (pytest-xdist), for most of them wait most of the time."""

import subprocess
from pathlib import Path

import pytest

_TESTS = Path(__file__).parent
_SCRIPTS = _TESTS.parent / "scripts"

_TOGETHER = ("containers", "e2e/page", "integration/kafka_security")
"""Folders whose tests share what is dear to start. Of all others the tests of a file stay in one lane."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Get what both lanes need, where it can be had: two that install Debian's packages at once hinder each other."""
    for command in (["kafka.sh", "fetch"], ["browser.sh"]):
        subprocess.run([_SCRIPTS / command[0], *command[1:]], stdout=subprocess.DEVNULL, check=False)


@pytest.hookimpl(tryfirst=True)  # the plugin reads it in the same hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Say which tests stay together."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_group(item.path.relative_to(_TESTS))))


def _group(file: Path) -> str:
    return next((folder for folder in _TOGETHER if file.is_relative_to(folder)), file.as_posix())
