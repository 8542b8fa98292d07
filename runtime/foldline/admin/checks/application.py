"""The application: topics.yaml, and the functions that it names."""

from collections.abc import Generator
from pathlib import Path

from foldline.admin.catalogue import functions_of
from foldline.admin.checks.check import Check
from foldline.errors import SetupError
from foldline.functions.loading import load_all
from foldline.settings import Settings
from foldline.topology import Topology, read_topology


def check_application(path: Path, settings: Settings) -> Generator[Check, None, Topology | None]:
    """Whether all can be loaded; gives the topology, None where it cannot be read."""
    try:
        topology = read_topology(path, deadline=settings.deadline, key_window=settings.key_window, allow=settings.allow)
    except SetupError as error:
        yield from (Check("topology", "fail", problem, f"correct {path}") for problem in error.problems)
        return None
    yield Check("topology", "ok", f"{path}: {len(topology.topics)} topics, {len(topology.services)} services")
    try:
        applications = load_all(topology, path.absolute().parent)
    except SetupError as error:
        yield from (
            Check("functions", "fail", problem, "correct it; `foldline check` looks again")
            for problem in error.problems
        )
        return topology
    found = {of.function for application in applications.values() for of in functions_of(application)}
    yield Check("functions", "ok", f"{len(found)} are well declared")
    return topology
