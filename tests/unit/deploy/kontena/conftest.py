from collections.abc import Callable
from pathlib import Path

import pytest

from foldline.deploy.kontena.check import Report, check_kontena

Check = Callable[..., Report]


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """Check a file's text; `given` are values of variables, all others those of the environment."""

    def check(text: str, given: dict[str, str] | None = None, **environment: str) -> Report:
        path = tmp_path / "kontena.yml"
        path.write_text(text)
        return check_kontena(path, given or {}, environment)

    return check
