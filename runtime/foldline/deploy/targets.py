"""The systems for which a deployment can be written."""

from collections.abc import Callable, Mapping
from pathlib import Path

from foldline.deploy.compose import render_compose
from foldline.deploy.kontena import render_kontena
from foldline.deploy.kubernetes import render_kubernetes
from foldline.deploy.model import Deployment
from foldline.deploy.procfile import render_procfile
from foldline.errors import FoldlineError, SetupError

Files = Mapping[str, str]
"""Texts by the paths at which they belong in the application's folder."""

TARGETS: Mapping[str, Callable[[Deployment], Files]] = {
    "compose": render_compose,
    "kontena": render_kontena,
    "kubernetes": render_kubernetes,
    "procfile": render_procfile,
}


class OutOfDate(SetupError):
    """A rendered file is not what topics.yaml says."""


def write(files: Files, folder: Path) -> list[Path]:
    """Write the files; gives where they are. Raises FoldlineError where they cannot be written."""
    paths = [folder / name for name in files]
    try:
        for path, text in zip(paths, files.values(), strict=True):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    except OSError as error:
        raise FoldlineError(f"{folder} cannot be written: {error.strerror}") from error
    return paths


def compare(files: Files, folder: Path) -> None:
    """Raises OutOfDate that names every file that is missing or says something else."""
    problems = [problem for name, text in files.items() if (problem := _problem(folder / name, text))]
    if problems:
        raise OutOfDate(*problems)


def _problem(path: Path, text: str) -> str | None:
    if not path.exists():
        return f"{path} is missing"
    return None if path.read_text() == text else f"{path} is not what topics.yaml says; render it again"
