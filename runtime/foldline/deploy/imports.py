"""Which files of an application a module needs: itself, and the application's own modules that it imports."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path


def files_needed(folder: Path, modules: Iterable[str]) -> set[Path]:
    """The files of these modules and of all that they import, wherever in their code, as far as they lie in `folder`.

    Gives paths relative to the folder. Modules that only a text names (importlib) are not found.
    """
    waiting, files, seen = [*modules], set(), set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        waiting += [name.rpartition(".")[0]] if "." in name else []
        path = _file_of(folder, name)
        if path is not None:
            files.add(path)
            waiting += _imported(ast.parse((folder / path).read_bytes()), _package(name, path))
    return files


def _file_of(folder: Path, module: str) -> Path | None:
    stem = Path(*module.split("."))
    return next((path for path in (stem / "__init__.py", stem.with_suffix(".py")) if (folder / path).is_file()), None)


def _package(module: str, path: Path) -> str:
    return module if path.name == "__init__.py" else module.rpartition(".")[0]


def _imported(tree: ast.AST, package: str) -> Iterator[str]:
    """All names that may be modules: `from a import b` may mean a.b."""
    for node in ast.walk(tree):
        match node:
            case ast.Import():
                yield from (alias.name for alias in node.names)
            case ast.ImportFrom():
                above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
                module = ".".join([*above, *([node.module] if node.module else [])])
                yield module
                yield from (f"{module}.{alias.name}" for alias in node.names)
