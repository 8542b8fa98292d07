"""What every verb begins with: the settings, and the application in the folder of topics.yaml."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from foldline.functions.application import Application
from foldline.functions.loading import load, load_all
from foldline.settings import Settings
from foldline.topology import Topology, read_topology


class Surroundings(NamedTuple):
    """Where a verb runs."""

    folder: Path
    topology: Topology
    settings: Settings

    def load(self, service: str) -> Application:
        """One service's functions; raises SetupError."""
        return load(self.topology, service, self.folder)

    def load_all(self) -> Mapping[str, Application]:
        """Every service's functions; raises SetupError."""
        return load_all(self.topology, self.folder)


def surroundings(path: Path) -> Surroundings:
    """Read the environment and topics.yaml; raises SettingsError, TopologyError."""
    settings = Settings.from_environment()
    topology = read_topology(path, deadline=settings.deadline, key_window=settings.key_window, allow=settings.allow)
    return Surroundings(path.absolute().parent, topology, settings)
