"""What docs/functions.md shows is an application: it is loaded, and its tests run, as they stand."""

import re
from collections import defaultdict
from pathlib import Path
from runpy import run_path

import pytest
from small_app import SmallApp

TEXT = (Path(__file__).parents[3] / "docs/functions.md").read_text()
NAMED = re.compile(r"^```(?:python|sql|yaml)\n(?:#|--) (\S+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
"""A block that says in its first line which file it is, or is a part of."""


@pytest.fixture
def shown(app: SmallApp) -> dict[str, str]:
    """The page's files, by path, as they are in the application's folder."""
    files: dict[str, str] = defaultdict(str)
    for path, text in NAMED.findall(TEXT):
        files[path] += text + "\n\n"
    for path, text in files.items():
        app.write(path, text)
    return files


def test_every_block_of_code_is_a_file(shown: dict[str, str]) -> None:
    assert len(NAMED.findall(TEXT)) == len(re.findall(r"^```(?:python|sql|yaml)", TEXT, re.MULTILINE))
    assert len(shown) == 9


def test_it_can_be_served(app: SmallApp, shown: dict[str, str]) -> None:
    shop = app.load("shop")
    assert [command.name for command in shop.commands] == ["products.create", "products.update", "products.discount"]
    assert [query.name for query in shop.queries] == ["products.browse", "products.retrieve", "products.dear"]
    assert [projector.name for projector in shop.projectors] == ["sales"]
    assert shop.topics["products"].upcast is not None


def test_its_tests_pass(app: SmallApp, shown: dict[str, str]) -> None:
    app.load("shop")
    files = [run_path(str(app.folder / path)) for path in shown if path.startswith("test_")]
    tests = [value for names in files for name, value in names.items() if name.startswith("test_")]
    assert len(tests) == 7
    for test in tests:
        test()
