"""Checks a kontena.yml in the order in which Kontena reads one."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

from foldline.deploy.kontena.liquid import fill
from foldline.deploy.kontena.shapes import Finding, KontenaError
from foldline.deploy.kontena.stack import stack_findings
from foldline.deploy.kontena.variables import Values, variable_findings
from foldline.errors import TopologyError
from foldline.topology.document import Document

_BUILT_IN = {"GRID": "grid", "STACK": "stack", "PLATFORM": "grid"}
"""What Kontena itself knows at an installation, by example."""

_REFERENCE = re.compile(r"(?<!\$)\$(?!\$)(?:\{(\w+)\}|(\w+))")
_LEFT_ALONE = ("interpolate:", "evaluate:")


@dataclass(slots=True)
class Report:
    """What was found, a sentence each, with its line and path."""

    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    """What is no mistake, but good to know."""

    def add(self, document: Document, findings: Iterable[Finding]) -> None:
        """Add findings, each with its line in the document. Of `meta` Kontena warns, although it reads it."""
        for finding in findings:
            harmless = finding.notification and finding.path == ("meta",)
            said = f"{document.where(finding.path)}: {finding.message}"
            (self.remarks if harmless else self.problems).append(said)


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
    except (TopologyError, KontenaError) as error:  # no further step can be taken
        report.problems += error.problems
    return report


def _check(path: FilePath, text: str, values: Values, report: Report) -> None:
    raw = Document(path.name, _interpolated(text, _BUILT_IN, only=_BUILT_IN).encode())
    if not isinstance(raw.data, dict):
        raise KontenaError(f"{path.name}: it is a mapping, with stack, services and so on")
    declared = raw.data.get("variables")
    report.add(raw, variable_findings(declared))
    report.add(raw, values.resolve(declared))
    report.remarks += [
        f"{name} is not known before the installation: checked with an example" for name in values.examples
    ]

    filled = fill(text, values.found, path.name)
    known = dict(_BUILT_IN) | {name: "" if value is None else str(value) for name, value in values.found.items()}
    report.problems += [f"{path.name}:{line}: {said}" for line, said in _unknown_references(filled, known)]

    stack = Document(path.name, _interpolated(filled, known).replace("$$", "$").encode()).data
    report.add(raw, stack_findings(stack if isinstance(stack, dict) else {}, _BUILT_IN["GRID"]))
    report.add(raw, _missing_dockerfiles(stack, path.parent))


def _interpolated(text: str, values: Mapping[str, str], only: Collection[str] | None = None) -> str:
    """The text with the value of each `$NAME` and `${NAME}`, or of some `only`."""

    def value(found: re.Match[str]) -> str:
        name = found[1] or found[2]
        return values.get(name, "") if only is None or name in only else found[0]

    return "\n".join(
        line if line.strip().startswith(_LEFT_ALONE) else _REFERENCE.sub(value, line) for line in text.split("\n")
    )


def _unknown_references(text: str, known: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    """The line of each `$NAME` that stands for nothing, and what to say of it."""
    for number, line in enumerate(text.split("\n"), 1):
        for found in () if line.strip().startswith(_LEFT_ALONE) else _REFERENCE.finditer(line):
            if (name := found[1] or found[2]) not in known:
                yield number, f"{found[0]}: there is no variable {name}"


def _missing_dockerfiles(rendered: Any, folder: FilePath) -> Iterator[Finding]:
    services = rendered.get("services") if isinstance(rendered, dict) else None
    for name, service in services.items() if isinstance(services, dict) else ():
        build = service.get("build") if isinstance(service, dict) else None
        described = {"context": build} if isinstance(build, str) else build
        if isinstance(described, dict):
            dockerfile = folder / str(described.get("context", ".")) / str(described.get("dockerfile", "Dockerfile"))
            if not dockerfile.is_file():
                yield Finding(("services", name, "build"), f"there is no {dockerfile.relative_to(folder)}")
