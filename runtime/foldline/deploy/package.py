"""One service's part of an application, as the context of an image: its functions, and nobody else's."""

import io
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from foldline.deploy.imports import files_needed
from foldline.functions.application import Application
from foldline.functions.declare import ProjectorDeclaration, declaration_of
from foldline.functions.definition import Command, Projector, Query

_CODE = frozenset({".py", ".pyc", ".sql"})
_SOURCES = frozenset({"__pycache__", "frontend", "node_modules"})
"""Folders of a page's package that it does not serve."""

_DOCKERFILE = """\
FROM {base}
COPY --chown=0:0 application/ ./
ARG FOLDLINE_ALLOW
RUN ["foldline", "check"]
CMD ["serve", "{service}"]
"""


def context(folder: Path, document: Mapping[str, Any], application: Application, base: str) -> bytes:
    """The context from which `docker build -` makes the service's image on top of Foldline's own, `base`: a tar.

    `document` is topics.yaml with this service alone (`selection.only`). The build fails where a part is missing.
    """
    service = application.service.name
    files = {"Dockerfile": _DOCKERFILE.format(base=base, service=service).encode()}
    files["application/topics.yaml"] = yaml.safe_dump(dict(document), sort_keys=False, allow_unicode=True).encode()
    for path in sorted(service_files(folder, application)):
        files[f"application/{path.as_posix()}"] = (folder / path).read_bytes()
    return _tar(files)


def service_files(folder: Path, application: Application) -> Iterator[Path]:
    """The files that the service needs, relative to the folder: modules, SQL, data beside them, and its page."""
    modules = files_needed(folder, _modules(folder, application))
    yield from modules
    for projector in application.projectors:
        if isinstance(declared := declaration_of(projector.function), ProjectorDeclaration):
            yield Path(projector.source.file).parent / declared.tables
    page = {path for path in _page(folder, application) if path.suffix != ".py"}
    rooms = {module.parent for module in modules} - {Path()}  # in the application's own folder lies all sorts
    beside = {path for room in rooms for path in _files(folder, room) if path.suffix not in _CODE}
    yield from (path for path in page | beside if not path.name.startswith("."))


def _modules(folder: Path, application: Application) -> Iterator[str]:
    functions: list[Command | Query | Projector]
    functions = [*application.commands, *application.queries, *application.projectors]
    yield from (_module(Path(function.source.file)) for function in functions)
    for topic in application.topics.values():
        yield from (name.partition(":")[0] for name in (topic.declared.schema, topic.declared.upcast) if name)
    yield from (_module(path) for path in _page(folder, application) if path.suffix == ".py")


def _module(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def _page(folder: Path, application: Application) -> Iterator[Path]:
    web = application.service.web
    if web is None:
        return
    for path in (folder / Path(*web.split("."))).rglob("*"):
        inside = path.relative_to(folder)
        if path.is_file() and not _SOURCES.intersection(inside.parts):
            yield inside


def _files(folder: Path, room: Path) -> Iterator[Path]:
    return (path.relative_to(folder) for path in (folder / room).iterdir() if path.is_file())


def _tar(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(data), 0o644
            tar.addfile(entry, io.BytesIO(data))
    return packed.getvalue()
