"""Where a service keeps its state."""

from pathlib import Path

from foldline.settings import Settings
from foldline.topology import Service


def state_path(service: Service, settings: Settings) -> Path | None:
    """A file; FOLDLINE_STATE may also name a folder, by a slash at its end, for several services.

    None: it keeps none, and replays its topics at every start (`state: memory`).
    """
    if service.state == "memory":
        return None
    wish = settings.state or "var/"
    return Path(wish, f"{service.name}.db") if wish.endswith("/") else Path(wish)
