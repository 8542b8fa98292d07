"""Where the prompt keeps what was typed."""

import os
from collections.abc import Mapping
from pathlib import Path


def state_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """The user's folder for it, by the XDG rules; made if it is not there."""
    base = environ.get("XDG_STATE_HOME", "")
    folder = (Path(base) if base.startswith("/") else Path.home() / ".local" / "state") / "foldline"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
