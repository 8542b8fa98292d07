"""The variables of kontena.yml: how they are declared, and which values they have where nobody can be asked."""

from collections.abc import Iterator, Mapping
from typing import Any

from foldline.deploy.kontena.service import CONDITION
from foldline.deploy.kontena.shapes import Finding, Path, among, any_mapping
from foldline.nearest import nearest

_EXAMPLES: Mapping[str, Any] = {
    "string": "example",
    "integer": 1,
    "boolean": True,
    "enum": "example",
    "uri": "http://example.com",
    "array": "example",
    "group": {},
}
"""By type, what stands for a value that would be asked for, or made, at the installation."""

_SOURCES = (
    *("env", "file", "random_number", "random_string", "random_uuid", "interpolate", "evaluate", "variable"),
    *("condition", "yaml", "prompt", "vault", "service_instances", "service_link", "certificates"),
    "vault_cert_prompt",
)
_DESTINATIONS = ("env", "vault")
_TRUE, _FALSE = ("true", "yes", "1", "on"), ("false", "no", "0", "off")


def variable_findings(variables: Any) -> Iterator[Finding]:
    """All that is wrong with how they are declared."""
    if variables is None:
        return
    yield from any_mapping(variables, ("variables",))
    for name, variable in variables.items() if isinstance(variables, dict) else ():
        path = ("variables", name)
        if not isinstance(variable, dict):
            yield from any_mapping(variable, path)
            continue
        yield from among(*_EXAMPLES)(variable.get("type"), (*path, "type"))
        yield from _ways(variable.get("from"), _SOURCES, (*path, "from"))
        yield from _ways(variable.get("to"), _DESTINATIONS, (*path, "to"))
        yield from _options(variable, path)
        for key in ("only_if", "skip_if"):
            if key in variable:
                yield from CONDITION(variable[key], (*path, key))


def _ways(ways: Any, known: tuple[str, ...], path: Path) -> Iterator[Finding]:
    for name, hint in _hinted(ways):
        if name not in known:
            yield Finding((*path, name), f"there is no such thing{nearest(name, known)}")
        if name == "service_link" and not (isinstance(hint, dict) and "prompt" in hint):
            yield Finding((*path, name, "prompt"), "it is missing (Kontena's own documentation calls it hint)")


def _hinted(ways: Any) -> list[tuple[str, Any]]:
    """`from` and `to`: a name, a list of names, or a mapping of names and hints."""
    match ways:
        case dict():
            return [(str(name), hint) for name, hint in ways.items()]
        case list():
            return [pair for way in ways for pair in _hinted(way)]
        case None:
            return []
    return [(str(ways), None)]


def _options(variable: Mapping[str, Any], path: Path) -> Iterator[Finding]:
    if variable.get("type") != "enum":
        return
    options = variable.get("options")
    if not isinstance(options, list) or not options:
        yield Finding((*path, "options"), "an enum has a list of options")
        return
    for index, option in enumerate(options):
        for key in ("value", "description") if isinstance(option, dict) else ():
            if key not in option:
                yield Finding((*path, "options", index, key), "it is missing")


class Values:
    """What the variables are taken to be."""

    def __init__(self, given: Mapping[str, str], environment: Mapping[str, str]) -> None:
        """`given` come before all else, `environment` where a variable is read from there."""
        self._given, self._environment = given, environment
        self.found: dict[str, Any] = {}
        self.examples: list[str] = []
        """Names of those that have an example for a value: what they will be is known at the installation only."""

    def resolve(self, variables: Any) -> Iterator[Finding]:
        """Find all values; yields what is wrong with them."""
        declared = variables if isinstance(variables, dict) else {}
        for name in self._given:
            if name not in declared:
                yield Finding(("variables", name), f"a value is given, but there is none{nearest(name, declared)}")
        for name, variable in declared.items():
            if isinstance(variable, dict):
                yield from self._resolve(str(name), variable)

    def _resolve(self, name: str, variable: Mapping[str, Any]) -> Iterator[Finding]:
        path: Path = ("variables", name)
        value = self._value(name, variable)
        if value is None and variable.get("required", True) is not False:
            yield Finding(path, f"it has no value: set {name} in the environment, or give it a default")
            value = _example(variable)
        if value is not None:
            value, problem = _converted(value, variable)
            if problem is not None:
                yield Finding(path, problem)
        self.found[name] = value

    def _value(self, name: str, variable: Mapping[str, Any]) -> Any:
        if name in self._given:
            return self._given[name]
        if (value := variable.get("value")) is not None:
            return value
        for source, hint in [*_hinted(variable.get("from")), ("env", name)]:
            if source != "env":
                self.examples.append(name)
                return _example(variable)
            for key in hint if isinstance(hint, list) else [hint or name]:
                if (text := self._environment.get(str(key))) is not None:
                    return text
        return variable.get("default")


def _example(variable: Mapping[str, Any]) -> Any:
    options = variable.get("options")
    if isinstance(options, list) and options:
        return options[0].get("value") if isinstance(options[0], dict) else options[0]
    if (least := variable.get("min")) is not None:
        return least
    return variable.get("default", _EXAMPLES.get(str(variable.get("type")), "example"))


def _converted(value: Any, variable: Mapping[str, Any]) -> tuple[Any, str | None]:
    """The value in its variable's type, and what is wrong with it."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    match variable.get("type"):
        case "integer":
            return _whole(text, variable)
        case "boolean":
            return text in _TRUE, None if text in (*_TRUE, *_FALSE) else f"it is true or false, not {value!r}"
        case "enum":
            options = variable.get("options")
            known = [str(option.get("value") if isinstance(option, dict) else option) for option in options or ()]
            return text, None if text in known or variable.get("can_be_other") else f"there is no option {value!r}"
    return value, None


def _whole(text: str, variable: Mapping[str, Any]) -> tuple[int, str | None]:
    try:
        number = int(text)
    except ValueError:
        return 1, f"it is a whole number, not {text!r}"
    for key, beyond in (("min", number.__lt__), ("max", number.__gt__)):
        limit = variable.get(key)
        if isinstance(limit, int) and beyond(limit):
            return number, f"it is {number}, beyond its {key}, {limit}"
    return number, None
