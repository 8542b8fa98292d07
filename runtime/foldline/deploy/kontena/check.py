"""Checks a kontena.yml in the order in which Kontena reads one."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

from foldline.deploy.kontena.liquid import fill
from foldline.deploy.kontena.shapes import Finding
from foldline.deploy.kontena.stack import stack_findings
from foldline.deploy.kontena.variables import Values, variable_findings
from foldline.errors import SetupError, TopologyError
from foldline.topology.document import Document

_BUILT_IN = ("GRID", "STACK", "PLATFORM")
_REFERENCE = re.compile(r"(?<!\$)\$(?!\$)(?:\{(\w+)\}|(\w+))")
_LEFT_ALONE = ("interpolate:", "evaluate:")


class KontenaError(SetupError):
    """kontena.yml is not what Kontena takes."""


@dataclass(slots=True)
class Report:
    """What was found, a sentence each, with its line and path."""

    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    """What is no mistake, but good to know."""


def check_kontena(path: FilePath, given: Mapping[str, str], environment: Mapping[str, str]) -> Report:
    """Check a file as `kontena stack validate` would, and what the server would refuse besides.

    `given` are values of variables, before all else; `environment` is where variables are read from. Raises SetupError
    where python-liquid is not installed, and for a file that cannot be read.
    """
    try:
        text = path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise KontenaError(f"{path}: {getattr(error, 'strerror', None) or error}") from error
    report = Report()
    try:
        _check(path, text, Values(given, environment), report)
    except TopologyError as error:  # it is not YAML, before or after its templates are filled
        report.problems += error.problems
    return report


def _check(path: FilePath, text: str, values: Values, report: Report) -> None:
    built_in = {"GRID": "grid", "STACK": path.stem, "PLATFORM": "grid"}
    raw = Document(path.name, _interpolated(text, built_in, _BUILT_IN).encode())
    if not isinstance(raw.data, dict):
        report.problems.append(f"{path.name}: it is a mapping, with stack, services and so on")
        return
    declared = raw.data.get("variables")
    findings = [*variable_findings(declared), *values.resolve(declared)]
    known = built_in | {name: "" if value is None else str(value) for name, value in values.found.items()}
    filled = fill(text, values.found, report.problems, path.name)
    if filled is not None:
        findings += _unknown_references(filled, known)
        rendered = Document(path.name, _interpolated(filled, known).replace("$$", "$").encode()).data
        findings += stack_findings(rendered if isinstance(rendered, dict) else {}, built_in["GRID"])
        findings += _missing_dockerfiles(rendered, path.parent)
    report.remarks += [
        f"{name} is not known before the installation: checked with an example" for name in values.examples
    ]
    for finding in findings:
        kept = report.remarks if finding.notification and finding.path == ("meta",) else report.problems
        kept.append(f"{raw.where(finding.path)}: {finding.message}")


def _interpolated(text: str, values: Mapping[str, str], names: tuple[str, ...] | None = None) -> str:
    """Each `$NAME` and `${NAME}` with its value; with `names`, of these only."""

    def value(found: re.Match[str]) -> str:
        name = found[1] or found[2]
        return found[0] if names is not None and name not in names else values.get(name, "")

    return "\n".join(
        line if line.strip().startswith(_LEFT_ALONE) else _REFERENCE.sub(value, line) for line in text.split("\n")
    )


def _unknown_references(text: str, known: Mapping[str, str]) -> Iterator[Finding]:
    for number, line in enumerate(text.split("\n"), 1):
        for found in () if line.strip().startswith(_LEFT_ALONE) else _REFERENCE.finditer(line):
            if (name := found[1] or found[2]) not in known:
                yield Finding((), f"line {number}: {found[0]}: there is no variable {name}")


def _missing_dockerfiles(rendered: Any, folder: FilePath) -> Iterator[Finding]:
    services = rendered.get("services") if isinstance(rendered, dict) else None
    for name, service in services.items() if isinstance(services, dict) else ():
        build = service.get("build") if isinstance(service, dict) else None
        described = {"context": build} if isinstance(build, str) else build
        if isinstance(described, dict):
            dockerfile = folder / str(described.get("context", ".")) / str(described.get("dockerfile", "Dockerfile"))
            if not dockerfile.is_file():
                yield Finding(("services", name, "build"), f"there is no {dockerfile.relative_to(folder)}")
