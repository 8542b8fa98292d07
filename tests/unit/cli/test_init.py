import json
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from foldline.cli import main


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the commands are run."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_it_tells_the_files_and_what_to_do_next(folder: Path) -> None:
    done = CliRunner().invoke(main, ["init", "my diary", "--entity", "pages", "-o", "json"])
    assert done.exit_code == 0
    assert all((folder / "my diary" / row["file"]).is_file() for row in json.loads(done.stdout))
    steps = [shlex.split(line, comments=True) for line in done.stderr.splitlines() if line.startswith("  ")]
    assert steps[:3] == [["cd", "my diary"], ["foldline", "serve", "pages", "--reload"], ["pytest"]]
    assert steps[3][:2] == ["curl", "127.0.0.1:8000/pages"]


def test_quietly_it_tells_the_files_only(folder: Path) -> None:
    done = CliRunner().invoke(main, ["init", ".", "--quiet"])
    assert len(json.loads(done.stdout)) == 4
    assert done.stderr == ""


@pytest.mark.parametrize(("arguments", "code"), [(["."], 5), (["new", "--entity", "docs"], 2), (["there"], 2)])
def test_what_it_cannot_do_is_told_by_its_exit_code(folder: Path, arguments: list[str], code: int) -> None:
    (folder / "there").touch()
    done = CliRunner().invoke(main, ["init", *arguments])
    assert done.exit_code == code
    assert done.stderr
    assert done.stdout == ""
    assert [path.name for path in folder.iterdir()] == ["there"]
