"""Finds the declared functions that topics.yaml names."""

import inspect
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, Generic, NamedTuple, TypeVar

from foldline.errors import DeclarationError
from foldline.functions.declare import (
    CommandDeclaration,
    Declaration,
    ProjectorDeclaration,
    QueryDeclaration,
    declaration_of,
)
from foldline.functions.definition import Source
from foldline.functions.modules import import_from
from foldline.nearest import nearest

Declared = TypeVar("Declared", bound=Declaration)

_FOLDERS: Mapping[type[Any], str] = {
    CommandDeclaration: "commands",
    QueryDeclaration: "queries",
    ProjectorDeclaration: "projectors",
}


class Found(NamedTuple, Generic[Declared]):
    """A declared function, and where it was found."""

    function: Callable[..., Any]
    declaration: Declared
    file: Path
    source: Source

    @property
    def module(self) -> str:
        """`products` where it is declared in functions/commands/products.py."""
        return self.file.stem


def find(folder: Path, kind: type[Declared], selected: str) -> list[Found[Declared]]:
    """The functions of that kind that `selected` names: `products` (a module) or `products.update` (one of it).

    Raises DeclarationError.
    """
    stem, _, wanted = selected.partition(".")
    room = _FOLDERS[kind]
    path = _module_path(folder, room, stem)
    module = import_from(folder, f"functions.{room}.{stem}", named_by=str(path))
    declared = _declared_in(module)
    if wanted and wanted not in declared:
        raise DeclarationError(f"{path}: it declares no {wanted}{nearest(wanted, declared)}")
    if not declared:
        raise DeclarationError(f"{path}: it declares nothing; put a decorator above a function")
    chosen = [declared[wanted]] if wanted else [*declared.values()]
    return [_found(function, kind, path, folder) for function in chosen]


def _module_path(folder: Path, room: str, stem: str) -> Path:
    modules = Path("functions", room)
    path = modules / f"{stem}.py"
    if not (folder / path).is_file():
        there = [other.stem for other in (folder / modules).glob("*.py")]
        raise DeclarationError(f"topics.yaml: {room}: there is no {path}{nearest(stem, there)}")
    return path


def _declared_in(module: ModuleType) -> dict[str, FunctionType]:
    """What the module itself declares; what it only imports is another module's."""
    return {
        name: value
        for name, value in vars(module).items()
        if isinstance(value, FunctionType) and declaration_of(value) and value.__module__ == module.__name__
    }


def _found(function: FunctionType, kind: type[Declared], path: Path, folder: Path) -> Found[Declared]:
    declaration = declaration_of(function)
    source = Source(str(path), inspect.unwrap(function).__code__.co_firstlineno)
    if isinstance(declaration, kind):
        return Found(function, declaration, folder / path, source)
    belongs = [other for of, other in _FOLDERS.items() if isinstance(declaration, of)]
    raise DeclarationError(f"{source} {function.__name__}: it belongs in functions/{belongs[0]}")
