"""A new application: one entity, served and tested, in four small files."""

import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from string import Template

from marshmallow import ValidationError

from foldline.errors import AlreadyExists, FoldlineError, Malformed
from foldline.functions.definition import Route
from foldline.functions.routes import QUERIES, route_problems
from foldline.topology.names import check_topic

_TEMPLATES = {
    "topics.yaml": "topics.yaml",
    "functions/commands/$topic.py": "commands.txt",
    "functions/queries/$topic.py": "queries.txt",
    "test_$topic.py": "tests.txt",
}

_ENTITY = re.compile(r"[a-z][a-z0-9]{0,40}")
_SINGULAR = {"ies": "y", "ches": "ch", "shes": "sh", "sses": "ss", "xes": "x", "ss": "ss", "s": ""}
"""What an ending of the plural becomes; the first that fits counts."""

_IMPORTED = frozenset({"Entity", "Remove", "Schema", "Set"})
"""Names that a class of the application's own would hide."""


def scaffold(folder: Path, entity: str) -> list[Path]:
    """Write a new application into the folder, and give its files, relative to it.

    `entity` is what it keeps, in the plural: its topic and its service are called so. Raises AlreadyExists where the
    folder holds anything, Malformed for a name that a topic cannot have, FoldlineError where files cannot be written.
    """
    singular = _singular(entity)
    names = {"application": _application(folder), "topic": entity, "entity": singular, "Entity": singular.capitalize()}
    if problems := [*_problems(entity, names["Entity"])]:
        raise Malformed(f"{entity!r} cannot be the entity: {'; '.join(problems)}")
    try:
        _make_empty(folder)
        return [_write(folder, path, template, names) for path, template in _TEMPLATES.items()]
    except OSError as error:
        raise FoldlineError(f"{folder} cannot be written: {error.strerror}") from error


def _singular(plural: str) -> str:
    ending = next((ending for ending in _SINGULAR if plural.endswith(ending)), "")
    return plural.removesuffix(ending) + _SINGULAR.get(ending, "") or plural


def _problems(topic: str, class_name: str) -> Iterator[str]:
    if _ENTITY.fullmatch(topic) is None:
        yield "it has small letters and digits and begins with a letter, such as notes"
        return
    try:
        check_topic(topic)
    except ValidationError as error:
        yield from map(str, error.messages)
    yield from route_problems(Route("GET", f"/{topic}"), QUERIES, ())
    if class_name in _IMPORTED:
        yield f"its schema would be called {class_name}, which is foldline's or marshmallow's own"


def _application(folder: Path) -> str:
    """The folder's name, as names on the log may be."""
    return re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-")[:100] or "application"


def _make_empty(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise AlreadyExists(f"{folder} is not empty; name a folder that is new")


def _write(folder: Path, path: str, template: str, names: dict[str, str]) -> Path:
    written = Path(Template(path).substitute(names))
    text = files("foldline.admin").joinpath("templates", template).read_text()
    (folder / written).parent.mkdir(parents=True, exist_ok=True)
    (folder / written).write_text(Template(text).substitute(names))
    return written
