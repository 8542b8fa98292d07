"""What every verb begins with: the settings, and the application in the folder of topics.yaml."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from foldline.errors import NotFound
from foldline.functions.application import Application, LoadedTopic
from foldline.functions.loading import load, load_all
from foldline.functions.topic_code import load_topic
from foldline.nearest import nearest
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

    def load_topic(self, name: str) -> LoadedTopic:
        """A declared topic, by its name or the log's name of it; raises NotFound, SetupError."""
        topics = self.topology.topics
        for topic in topics.values():
            if name in {topic.name, topic.spec.name}:
                return load_topic(topic, self.folder)
        raise NotFound(f"topics.yaml has no topic {name}{nearest(name, topics)}")


def surroundings(path: Path) -> Surroundings:
    """Read the environment and topics.yaml; raises SettingsError, TopologyError."""
    settings = Settings.from_environment()
    topology = read_topology(path, deadline=settings.deadline, key_window=settings.key_window, allow=settings.allow)
    return Surroundings(path.absolute().parent, topology, settings)
