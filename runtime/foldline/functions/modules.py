"""An application's modules, imported from its folder."""

import importlib
import sys
import traceback
from pathlib import Path
from types import ModuleType

from foldline.errors import DeclarationError, SetupError

_RUNTIME = Path(__file__).resolve().parents[1]


def import_from(folder: Path, name: str, named_by: str) -> ModuleType:
    """Import a module by its dotted name, found in the folder first.

    Raises DeclarationError for whatever goes wrong, with the application's own line that it came from; where there is
    none, with `named_by`, the place that names the module. The folder goes to the front of `sys.path`, and modules of
    the same name that another application left behind give way, so that one process can load several applications.
    """
    top = name.partition(".")[0]
    is_own = (folder / top).is_dir() or (folder / f"{top}.py").is_file()
    _put_first(folder)
    if is_own:
        _forget_others(folder, top)
    try:
        module = importlib.import_module(name)
    except SetupError as error:
        raise DeclarationError(*(f"{_blame(error, folder, named_by)}: {said}" for said in error.problems)) from error
    except Exception as error:  # whatever the application's code raises is a mistake of its own
        said = f"{type(error).__name__}: {error.msg if isinstance(error, SyntaxError) else error}"
        raise DeclarationError(f"{_blame(error, folder, named_by)}: {said}") from error
    if is_own and not _lies_in(folder, module):
        raise DeclarationError(f"{named_by}: there is no module {name} in {folder}, only one at {module.__file__}")
    return module


def relative(file: str, folder: Path) -> str:
    """The file's path as the folder sees it."""
    path = Path(file).absolute()  # not resolved: a folder of the application may be a link
    return str(path.relative_to(folder)) if path.is_relative_to(folder) else str(path)


def _put_first(folder: Path) -> None:
    if sys.path[:1] != [str(folder)]:
        sys.path.insert(0, str(folder))
    importlib.invalidate_caches()


def _forget_others(folder: Path, top: str) -> None:
    family = [name for name in sys.modules if name == top or name.startswith(f"{top}.")]
    if any(not _lies_in(folder, sys.modules[name]) for name in family):
        for name in family:
            del sys.modules[name]


def _lies_in(folder: Path, module: ModuleType) -> bool:
    where = getattr(module, "__file__", None) or next(iter(getattr(module, "__path__", ())), None)
    return where is not None and Path(where).absolute().is_relative_to(folder)


def _blame(error: BaseException, folder: Path, otherwise: str) -> str:
    """The last line of the application's own that the error came through."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{relative(error.filename, folder)}:{error.lineno}"
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if _is_own(Path(frame.filename), folder)]
    return f"{relative(own[-1].filename, folder)}:{own[-1].lineno}" if own else otherwise


def _is_own(file: Path, folder: Path) -> bool:
    return file.is_relative_to(folder) and not file.is_relative_to(_RUNTIME) and "site-packages" not in file.parts
