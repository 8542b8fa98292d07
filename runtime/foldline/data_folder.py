"""The folder of a log or of states: made when it is needed, and no part of the application's sources."""

from pathlib import Path


def make_data_folder(folder: Path) -> None:
    """Make the folder if it is missing; git leaves alone what is made so. Raises OSError."""
    if not folder.exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".gitignore").write_text("*\n")
