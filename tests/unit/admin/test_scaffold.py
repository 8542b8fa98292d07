from pathlib import Path

import pytest

from foldline.admin.scaffold import scaffold
from foldline.errors import AlreadyExists, FoldlineError, Malformed
from foldline.functions.loading import load
from foldline.topology import read_topology


def test_it_is_four_small_files(tmp_path: Path) -> None:
    written = scaffold(tmp_path / "demo", "notes")
    assert [str(path) for path in written] == [
        "topics.yaml",
        "functions/commands/notes.py",
        "functions/queries/notes.py",
        "test_notes.py",
    ]
    there = [path for path in (tmp_path / "demo").rglob("*") if path.is_file()]
    assert sorted(there) == sorted(tmp_path / "demo" / path for path in written)
    assert all(len(path.read_text().splitlines()) < 50 for path in there)


@pytest.mark.parametrize(
    ("entity", "schema"),
    [
        ("notes", "Note"),
        ("categories", "Category"),
        ("boxes", "Box"),
        ("batches", "Batch"),
        ("dishes", "Dish"),
        ("addresses", "Address"),
        ("staff", "Staff"),
        ("s", "S"),
    ],
)
def test_it_can_be_served_whatever_it_keeps(tmp_path: Path, entity: str, schema: str) -> None:
    scaffold(tmp_path, entity)
    application = load(read_topology(tmp_path / "topics.yaml"), entity, tmp_path)
    assert [command.name for command in application.commands] == [
        f"{entity}.{n}" for n in ("create", "update", "delete")
    ]
    assert [query.name for query in application.queries] == [f"{entity}.browse", f"{entity}.retrieve"]
    assert application.topics[entity].schema.__name__ == schema


@pytest.mark.parametrize(
    ("folder", "prefix"),
    [("demo", "demo"), ("My Shop_2", "my-shop-2"), ("日本", "application"), ("x" * 200, "x" * 100)],
)
def test_its_topic_is_called_after_the_folder(tmp_path: Path, folder: str, prefix: str) -> None:
    scaffold(tmp_path / folder, "notes")
    assert read_topology(tmp_path / folder / "topics.yaml").topics["notes"].spec.name == f"{prefix}.notes"


def test_an_empty_folder_will_do(tmp_path: Path) -> None:
    assert scaffold(tmp_path, "notes")


def test_a_folder_that_holds_something_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    with pytest.raises(AlreadyExists, match="not empty"):
        scaffold(tmp_path, "notes")
    assert [path.name for path in tmp_path.iterdir()] == [".git"]


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FoldlineError, match=r"file/demo cannot be written: Not a directory"):
        scaffold(tmp_path / "file" / "demo", "notes")


@pytest.mark.parametrize(
    ("entity", "problem"),
    [
        ("Notes", "small letters"),
        ("my-notes", "small letters"),
        ("", "small letters"),
        ("n" * 50, "small letters"),
        ("class", "identifier"),
        ("event", "means something else"),
        ("docs", "the runtime's own"),
        ("sets", "would be called Set"),
    ],
)
def test_what_cannot_be_a_topic_is_refused_before_anything_is_written(
    tmp_path: Path, entity: str, problem: str
) -> None:
    with pytest.raises(Malformed, match=problem):
        scaffold(tmp_path / "demo", entity)
    assert not (tmp_path / "demo").exists()
