"""From a file's text to what Kontena makes of it, step by step."""

import builtins
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from foldline.deploy.kontena import KontenaError, check_kontena
from foldline.deploy.kontena.check import Report
from foldline.deploy.kontena.service import KEYS
from foldline.errors import SetupError

Check = Callable[..., Report]

NODES = "variables: {nodes: {type: integer, from: {env: NODES, prompt: How many}}}\n"


def web(line: str, rest: str = NODES) -> str:
    return f"stack: foldline/shop\nservices:\n  web:\n    image: web:1\n    {line}\n{rest}"


def test_a_variable_is_given_or_read_from_the_environment_or_an_example(check: Check) -> None:
    text = web("environment: {A: 'x{% if nodes != 7 %}{{ wrong }}{% endif %}'}")
    assert check(text, {"nodes": "7"}).problems == []
    assert check(text, NODES="7").problems == []
    asked = check(text)
    assert asked.problems == ["kontena.yml:5: 'wrong' is undefined"]
    assert asked.remarks == ["nodes is not known before the installation: checked with an example"]


def test_what_is_given_goes_before_the_environment(check: Check) -> None:
    text = web("environment: {A: 'x{% if nodes != 7 %}{{ wrong }}{% endif %}'}")
    assert check(text, {"nodes": "7"}, NODES="8").problems == []


def test_a_value_for_a_variable_that_is_not_there_is_refused(check: Check) -> None:
    (problem,) = check(web(""), {"node": "7"}).problems
    assert problem == "kontena.yml:6 variables.node: a value is given, but there is none; did you mean nodes?"


def test_a_file_is_yaml_before_its_templates_are_filled(check: Check) -> None:
    (problem,) = check(web("links: \n      - {{ nodes }}")).problems
    assert problem.startswith("kontena.yml:")


def test_templates_may_stand_in_comments(check: Check) -> None:
    text = web("# {% if nodes > 1 %}\n    cpus: 1\n    # {% endif %}")
    assert check(text, {"nodes": "1"}).problems == []
    assert check(text, {"nodes": "2"}).problems == [
        "kontena.yml:6 services.web.cpus: it is a number with a point, such as 1.0, not 1"
    ]


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{{ noodles }}", "kontena.yml:5: 'noodles' is undefined"),
        ("{{ nodes | shout }}", "kontena.yml:5: unknown filter 'shout'"),
        ("{% shout %}", "kontena.yml:5: unexpected tag 'shout'"),
    ],
)
def test_templates_are_strict(check: Check, template: str, said: str) -> None:
    assert check(web(f"environment: {{A: '{template}'}}")).problems == [said]


def test_a_number_may_come_from_a_variable(check: Check) -> None:
    assert check(web("instances: $nodes")).problems == []
    assert check(web("instances: ${nodes}")).problems == []


def test_references_lead_somewhere(check: Check) -> None:
    text = web("environment: {A: '$GRID $STACK $PLATFORM $nodes ${nodles} $$free'}")
    assert check(text).problems == ["kontena.yml:5: ${nodles}: there is no variable nodles"]


def test_opto_fills_its_own_lines(check: Check) -> None:
    both = "variables:\n  a: {type: string, value: x}\n  b:\n    type: string\n    from:\n      interpolate: ${c}\n"
    assert check(web("", both)).problems == []


def test_a_folder_without_a_dockerfile_is_no_build(check: Check, tmp_path: Path) -> None:
    assert check(web("build: .")).problems == ["kontena.yml:5 services.web.build: there is no Dockerfile"]
    (tmp_path / "Dockerfile").touch()
    assert check(web("build: .")).problems == []


@pytest.mark.parametrize("text", ["", "[]", "a", "stack: [", "a: 1\na: 2"])
def test_what_is_no_stack_at_all_is_told_in_one_sentence(check: Check, text: str) -> None:
    (problem,) = check(text).problems
    assert problem.startswith("kontena.yml:")


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(KontenaError, match="No such file"):
        check_kontena(tmp_path / "kontena.yml", {}, {})


def test_without_liquid_one_is_told_what_to_install(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    imported = builtins.__import__

    def without(name: str, *arguments: object, **named: object) -> object:
        if name.partition(".")[0] == "liquid":
            raise ModuleNotFoundError(name)
        return imported(name, *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(SetupError, match=r"pip install 'foldline\[deploy\]'"):
        check(web(""))


ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.floats(allow_nan=False)
    | st.sampled_from(["", "a", "a:/b", "web"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*KEYS, "service", "file"]), inner, max_size=3)
    ),
    max_leaves=8,
)
SERVICES = st.dictionaries(
    st.sampled_from(["web", "a", 1]), st.dictionaries(st.sampled_from(sorted(KEYS)), ANY, max_size=6)
)
TOP = st.dictionaries(st.sampled_from(["stack", "variables", "expose", "depends", "volumes", "labels", "meta"]), ANY)


@settings(max_examples=100, deadline=None)
@given(services=SERVICES | ANY, top=TOP)
def test_whatever_is_written_is_told_and_never_raised(
    tmp_path_factory: pytest.TempPathFactory, services: object, top: dict[str, object]
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yml"
    path.write_text(yaml.safe_dump(top | {"services": services}))
    report = check_kontena(path, {}, {})
    assert all(problem.startswith("any.yml:") for problem in report.problems)
