import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from small_app import SmallApp


@pytest.fixture
def make_app(tmp_path: Path) -> Iterator[Callable[[str], SmallApp]]:
    """Makes applications; what loading them leaves in `sys` is taken back."""
    path, modules = [*sys.path], {**sys.modules}
    yield lambda name: SmallApp(tmp_path / name)
    sys.path[:] = path
    for name in [name for name in sys.modules if name.partition(".")[0] == "functions"]:
        del sys.modules[name]
    sys.modules.update({name: module for name, module in modules.items() if name.partition(".")[0] == "functions"})


@pytest.fixture
def app(make_app: Callable[[str], SmallApp]) -> SmallApp:
    return make_app("app")
