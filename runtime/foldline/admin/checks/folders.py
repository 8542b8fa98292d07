"""The folders that services write to: whether they may, and how much room there is."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from foldline.admin.checks.check import Check
from foldline.settings import Settings
from foldline.state.place import state_path
from foldline.topology import Topology

_SCARCE, _LOW = 2**28, 2**31
"""Bytes: 256 MiB and 2 GiB."""


def check_folders(settings: Settings, topology: Topology) -> Iterator[Check]:
    """The folders of all states, and of the embedded log."""
    for folder, uses in _folders(settings, topology).items():
        yield from _check(f"folder of {' and '.join(uses)}", folder)


def _folders(settings: Settings, topology: Topology) -> dict[Path, list[str]]:
    paths = [("states", state_path(service, settings)) for service in topology.services.values()]
    if settings.log.startswith("sqlite:"):
        paths.append(("the log", Path(settings.log.removeprefix("sqlite:"))))
    folders: dict[Path, list[str]] = {}
    for use, path in paths:
        if path is not None and use not in folders.setdefault(path.parent, []):
            folders[path.parent].append(use)
    return folders


def _check(name: str, folder: Path) -> Iterator[Check]:
    there = next(parent for parent in (folder.absolute(), *folder.absolute().parents) if parent.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        yield Check(
            name,
            "fail",
            f"{there} cannot be written",
            "give this user the right to, or name another: FOLDLINE_STATE, FOLDLINE_LOG",
        )
        return
    yield check_room(name, folder, shutil.disk_usage(there).free)


def check_room(name: str, folder: Path, free: int) -> Check:
    """Whether so many free bytes do for a while."""
    what = f"{folder} can be written; {free / 2**30:,.1f} GiB are free"
    if free < _LOW:
        return Check(
            name,
            "fail" if free < _SCARCE else "warn",
            what,
            "free some space: on a full disk nothing is folded, and commands are refused",
        )
    return Check(name, "ok", what)
