"""What goes into the image of one service."""

import io
import tarfile
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from services import REPOSITORY

from foldline.admin.scaffold import scaffold
from foldline.cli import main
from foldline.deploy.imports import files_needed
from foldline.deploy.package import context, service_files
from foldline.deploy.selection import choose, narrowed, only
from foldline.errors import NotFound
from foldline.functions.loading import load
from foldline.topology import read_topology

TOPICS = REPOSITORY / "topics.yaml"


def packed(service: str, *names: str) -> dict[str, str]:
    """The files of the context, by path, as text."""
    topology = read_topology(TOPICS)
    kept = choose(load(topology, service, REPOSITORY), names) if names else None
    document = only(yaml.safe_load(TOPICS.read_text()), service, kept)
    made = context(REPOSITORY, document, load(narrowed(topology, service, kept), service, REPOSITORY), "base:1")
    with tarfile.open(fileobj=io.BytesIO(made)) as tar:
        return {name: tar.extractfile(name).read().decode() for name in tar.getnames()}  # type: ignore[union-attr]


def test_the_context_has_the_services_own_files_and_no_others() -> None:
    assert set(packed("customers")) == {
        "Dockerfile",
        "application/topics.yaml",
        "application/functions/schemas.py",
        "application/functions/commands/customers.py",
        "application/functions/queries/customers.py",
    }


def test_what_is_imported_the_sql_and_the_page_come_along() -> None:
    files = {name.removeprefix("application/") for name in packed("dashboard")}
    assert {"functions/projectors/sales.py", "functions/projectors/sales.sql", "functions/listing.py"} < files
    assert {"functions/words.py", "dashboard_web/__init__.py", "dashboard_web/static/app.js"} < files
    assert not [name for name in files if "frontend" in name or "commands" in name]


def test_what_lies_about_in_the_application_stays_out(tmp_path: Path) -> None:
    folder = tmp_path / "diary"
    scaffold(folder, "notes")
    queries = folder / "functions" / "queries"
    (queries / "notes.py").write_text("import wording\n" + (queries / "notes.py").read_text())
    for name in ("wording.py", ".env", "secrets.txt", "functions/queries/.env", "functions/queries/words.txt"):
        (folder / name).touch()
    application = load(read_topology(folder / "topics.yaml"), "notes", folder)
    assert set(map(str, service_files(folder, application))) == {
        "wording.py",
        "functions/commands/notes.py",
        "functions/queries/notes.py",
        "functions/queries/words.txt",
    }


def test_topics_yaml_knows_this_service_only() -> None:
    said = yaml.safe_load(packed("customers")["application/topics.yaml"])
    assert ([*said["topics"]], [*said["services"]]) == (["customers"], ["customers"])


def test_some_functions_of_a_service_are_a_service_too() -> None:
    files = packed("products", "products.browse")
    said = yaml.safe_load(files["application/topics.yaml"])
    assert said["services"]["products"]["queries"] == ["products.browse"]
    assert "commands" not in said["services"]["products"]
    assert "application/functions/commands/products.py" not in files


def test_a_function_that_the_service_has_not_is_refused_with_the_nearest() -> None:
    with pytest.raises(NotFound, match=r"did you mean products\.browse\?"):
        packed("products", "products.brows")


def test_the_image_is_checked_as_it_is_built() -> None:
    dockerfile = packed("products")["Dockerfile"].splitlines()
    assert dockerfile[0] == "FROM base:1"
    assert 'RUN ["foldline", "check"]' in dockerfile
    assert dockerfile[-1] == 'CMD ["serve", "products"]'


def test_imports_are_followed_wherever_they_stand(tmp_path: Path) -> None:
    texts = {
        "app/__init__.py": "",
        "app/one.py": "import os\nfrom app import two\n\ndef late():\n    import app.deep.three\n",
        "app/two.py": "from .four import name\n",
        "app/four.py": "from app import one\nname = 1\n",
        "app/deep/three.py": "from .. import five\n",
        "app/five.py": "",
        "app/unused.py": "",
    }
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert {str(path) for path in files_needed(tmp_path, ["app.one"])} == texts.keys() - {"app/unused.py"}


def test_without_docker_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    ended = CliRunner().invoke(main, ["--file", str(TOPICS), "package", "products"])
    assert ended.exit_code == 1
    assert "there is no docker" in ended.output
