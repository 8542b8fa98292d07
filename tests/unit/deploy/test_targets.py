"""Rendered files in their folder."""

from pathlib import Path

import pytest

from foldline.deploy.targets import write
from foldline.errors import FoldlineError


def test_where_files_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "deploy").touch()
    with pytest.raises(FoldlineError, match="cannot be written: "):
        write({"deploy/kontena.yml": ""}, tmp_path)
