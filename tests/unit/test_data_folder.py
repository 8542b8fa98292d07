"""The folder of a log or of states."""

import subprocess
from pathlib import Path

import pytest

from foldline.data_folder import make_data_folder


def test_git_does_not_see_what_lies_in_it(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    make_data_folder(tmp_path / "var" / "on-kafka")
    (tmp_path / "var" / "on-kafka" / "log.db").touch()
    seen = subprocess.run(["git", "status", "--porcelain"], cwd=tmp_path, check=True, capture_output=True).stdout
    assert seen == b""


def test_a_folder_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    make_data_folder(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        make_data_folder(tmp_path / "file" / "var")
