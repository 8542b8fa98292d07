"""Where the services are."""

from collections.abc import Mapping
from pathlib import Path

from foldline.errors import SettingsError
from foldline.settings import Settings
from foldline.topology import Topology, read_topology


def local_addresses(topology: Topology) -> dict[str, str]:
    """Each service on this machine, at the port that topics.yaml gives it."""
    return {name: service.url for name, service in topology.services.items()}


def addresses(file: Path, settings: Settings) -> Mapping[str, str]:
    """Those of topics.yaml, or where FOLDLINE_URLS says; without that file, FOLDLINE_URLS alone. Raises SetupError."""
    if file.exists():
        return {**local_addresses(read_topology(file)), **settings.urls}
    if not settings.urls:
        raise SettingsError(
            f"there is no {file}: run it in the application's folder, or set FOLDLINE_URLS=products=http://host:9995,..."
        )
    return settings.urls
