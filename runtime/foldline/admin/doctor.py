"""Looks at all that services need, before they are started or when something is wrong with them."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

from foldline.admin.checks.application import check_application
from foldline.admin.checks.check import Check
from foldline.admin.checks.environment import check_environment
from foldline.admin.checks.folders import check_folders
from foldline.admin.checks.log import check_log
from foldline.admin.checks.ports import check_ports
from foldline.admin.checks.versions import check_versions
from foldline.admin.services import Services


def examine(path: Path, environ: Mapping[str, str], *, every: bool = False) -> Iterator[Check]:
    """Every check that can be made, in the order in which they should be mended; nothing is changed.

    `path` is topics.yaml, `environ` the environment; with `every` the settings that are left as they are come, too.
    """
    yield from check_versions()
    settings = yield from check_environment(environ, every=every)
    if settings is None:
        return
    topology = yield from check_application(path, settings)
    if topology is None:
        return
    identities = yield from check_log(settings, topology)
    yield from check_folders(settings, topology)
    with closing(Services.of(topology, settings)) as services:
        yield from check_ports(settings, topology, services, identities)
