from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from services import REPOSITORY

from foldline.cli import main
from foldline.deploy.targets import TARGETS

Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    """`foldline deploy ...` in the shop's folder."""
    return lambda *arguments: CliRunner().invoke(main, ["-f", str(REPOSITORY / "topics.yaml"), "deploy", *arguments])


def test_one_file_is_printed_as_it_is(run: Run) -> None:
    assert run("render", "procfile").output == (REPOSITORY / "Procfile").read_text()


def test_several_files_are_printed_with_their_names(run: Run) -> None:
    lines = run("render", "compose").output.splitlines()
    assert [line for line in lines if line.startswith("# --- ")] == [
        "# --- compose.yaml",
        "# --- deploy/haproxy/haproxy.cfg",
    ]


@pytest.mark.parametrize("target", TARGETS)
def test_files_are_written_where_they_are_wished(run: Run, tmp_path: Path, target: str) -> None:
    written = run("render", target, "-o", str(tmp_path)).output.split()
    assert written
    for name in written:
        assert Path(name).read_text() == (REPOSITORY / Path(name).relative_to(tmp_path)).read_text()
    assert run("render", target, "--check", "-o", str(tmp_path)).exit_code == 0


def test_a_check_writes_nothing_and_exits_with_7(run: Run, tmp_path: Path) -> None:
    refused = run("render", "procfile", "--check", "-o", str(tmp_path))
    assert refused.exit_code == 7
    assert refused.output == f"{tmp_path}/Procfile is missing\n"
    assert not [*tmp_path.iterdir()]


def test_what_is_in_the_applications_folder_is_checked_unless_another_is_named(run: Run) -> None:
    assert run("render", "kubernetes", "--check").exit_code == 0


def test_strimzi_is_of_kubernetes(run: Run) -> None:
    assert "# --- deploy/kubernetes/kafka.yaml" in run("render", "kubernetes", "--strimzi").output
    refused = run("render", "compose", "--strimzi")
    assert (refused.exit_code, refused.output.splitlines()[-1]) == (2, "Error: --strimzi is for kubernetes.")


def test_a_kontena_yml_is_checked(run: Run, tmp_path: Path) -> None:
    good = REPOSITORY / "kontena.yml"
    assert run("check", "kontena", str(good), "-v", "num_nodes=3").output == f"{good}: nothing is wrong\n"
    bad = tmp_path / "kontena.yml"
    bad.write_text("stack: shop\nservices: {web: {image: 1, cpus: 1}}\n")
    refused = run("check", "kontena", str(bad))
    assert refused.exit_code == 7
    assert refused.output.splitlines() == [
        "kontena.yml:2 services.web.image: it is a text, not 1",
        "kontena.yml:2 services.web.cpus: it is a number with a point, such as 1.0, not 1",
    ]


def test_a_value_has_a_name(run: Run) -> None:
    refused = run("check", "kontena", "-v", "3")
    assert refused.exit_code == 2
    assert "3: it is NAME=VALUE" in refused.output
