"""What a value in kontena.yml may look like. A shape yields a finding for everything in a value that is otherwise."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, NamedTuple

from foldline.errors import SetupError
from foldline.nearest import nearest

Path = tuple[str | int, ...]


class KontenaError(SetupError):
    """kontena.yml is not what Kontena takes."""


class Finding(NamedTuple):
    """Something that is wrong in the file."""

    path: Path
    message: str
    notification: bool = False
    """Whether Kontena only warns of it."""


Shape = Callable[[Any, Path], Iterator[Finding]]


def of_type(kind: type, what: str) -> Shape:
    """Exactly of a type: true is no integer, and 1 no float."""

    def check(value: Any, path: Path) -> Iterator[Finding]:
        if type(value) is not kind:
            yield Finding(path, f"it is {what}, not {value!r}")

    return check


string = of_type(str, "a text")
boolean = of_type(bool, "true or false")
integer = of_type(int, "a whole number")
floating = of_type(float, "a number with a point, such as 1.0")


def between(low: int, high: int) -> Shape:
    """A whole number."""

    def check(value: Any, path: Path) -> Iterator[Finding]:
        if type(value) is not int or not low <= value <= high:
            yield Finding(path, f"it is a whole number from {low} to {high}, not {value!r}")

    return check


def like(pattern: str, example: str) -> Shape:
    """A text that matches as a whole."""

    def check(value: Any, path: Path) -> Iterator[Finding]:
        if not isinstance(value, str) or re.fullmatch(pattern, value) is None:
            yield Finding(path, f"it looks like {example}, not {value!r}")

    return check


def among(*choices: Any) -> Shape:
    """One of a few."""

    def check(value: Any, path: Path) -> Iterator[Finding]:
        if not any(type(value) is type(choice) and value == choice for choice in choices):
            yield Finding(path, f"it is one of {', '.join(map(str, choices))}, not {value!r}")

    return check


def each(item: Shape, *, text: bool = True) -> Shape:
    """A list; with `text`, of texts, which YAML often makes something else of without quotes."""

    def check(value: Any, path: Path) -> Iterator[Finding]:
        if not isinstance(value, list):
            yield Finding(path, f"it is a list, not {value!r}")
            return
        for index, one in enumerate(value):
            if text and not isinstance(one, str):
                yield Finding((*path, index), f"it is a text, not {one!r}; put it in quotes")
            else:
                yield from item(one, (*path, index))

    return check


def mapping(
    known: Mapping[str, Shape], required: Collection[str] = (), hints: Mapping[str, str] | None = None
) -> Shape:
    """A mapping with no other keys. `hints` say what to write instead of a key that is none."""

    def check(value: Any, path: Path) -> Iterator[Finding]:
        if not isinstance(value, dict):
            yield Finding(path, f"it is a mapping, not {value!r}")
            return
        for name in required:
            if value.get(name) is None:
                yield Finding((*path, name), "it is missing")
        for name, inner in value.items():
            if name in known:
                yield from known[name](inner, (*path, name))
            else:
                hint = (hints or {}).get(name)
                yield Finding(
                    (*path, name), f"there is no such key{f'; {hint}' if hint else nearest(str(name), known)}"
                )

    return check


def either(what: str, *shapes: Shape) -> Shape:
    """A value of any of these shapes; a mapping or a list is told what is wrong in it."""

    def check(value: Any, path: Path) -> Iterator[Finding]:
        found = [[*shape(value, path)] for shape in shapes]
        if all(found):
            inner = [findings for findings in found if findings[0].path != path]
            yield from inner[0] if inner else [Finding(path, f"it is {what}, not {value!r}")]

    return check


def anything(value: Any, path: Path) -> Iterator[Finding]:  # noqa: ARG001 - a shape
    """Any value."""
    yield from ()


def any_mapping(value: Any, path: Path) -> Iterator[Finding]:
    """A mapping of anything."""
    if not isinstance(value, dict):
        yield Finding(path, f"it is a mapping, not {value!r}")


def optional(shape: Shape) -> Shape:
    """As if the key were not there, where the value is empty."""
    return lambda value, path: iter(()) if value is None else shape(value, path)
