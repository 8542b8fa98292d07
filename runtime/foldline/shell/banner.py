"""What is said first: what is there, and what to type."""

import textwrap
from collections.abc import Iterator
from inspect import Parameter, getattr_static, signature
from typing import NamedTuple

from foldline import __version__
from foldline.client import Record, Resource
from foldline.shell.session import Queries, Session
from foldline.shell.showing import Style

_SAMPLES = {"str": "'...'", "Decimal": "1.50", "int": "1", "bool": "True", "list": "[]", "dict": "{}"}
_ORDER = ("create", "list", "retrieve", "watch", "save", "delete", "refresh", "history")


class _Line(NamedTuple):
    name: str
    of_all: str
    """What the class does, or a module's queries."""
    of_one: str = ""
    """What each of its entities does."""


def banner(session: Session, keys: str, heading: Style, width: int | None = None) -> str:
    """`keys` says what this prompt can do; `width` is that of the terminal, in cells. Examples are not wrapped."""
    lines = [line for name, value in session.names.items() if (line := _line(name, value))]
    name_width = max((len(line.name) for line in lines), default=0)
    all_width = max((len(line.of_all) for line in lines if line.of_one), default=0)
    indent = " " * (name_width + 4)
    drawn = []
    for name, of_all, of_one in lines:
        first, *rest = _wrapped(f"{of_all.ljust(all_width)}   {of_one}".rstrip(), width, indent)
        drawn += [f"  {heading(name.ljust(name_width))}  {first.removeprefix(indent)}", *rest]
    examples = [f"  {example}" for example in _examples(session.names)]
    not_up = [line for text in session.not_up() for line in _wrapped(text, width)]
    parts = [[f"Foldline {__version__}"], drawn, examples, _wrapped(keys, width), not_up]
    return "\n\n".join("\n".join(part) for part in parts if part)


def _wrapped(text: str, width: int | None, indent: str = "") -> list[str]:
    """The text in indented lines of whole words; in one, where it is no terminal."""
    if width is None:
        return [indent + text]
    return textwrap.wrap(
        text,
        width,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [indent]


def _line(name: str, value: object) -> _Line | None:
    if isinstance(value, Queries):
        return _Line(name, "  ".join(vars(value)))
    if not (isinstance(value, type) and issubclass(value, Resource)):
        return None
    methods = [method for method in dir(value) if not method.startswith("_") and method not in _NOT_SHOWN]
    methods.sort(key=lambda method: (_ORDER.index(method) if method in _ORDER else len(_ORDER), method))
    of_all = [method for method in methods if isinstance(getattr_static(value, method), classmethod)]
    return _Line(name, "  ".join(of_all), "  ".join(method for method in methods if method not in of_all))


_NOT_SHOWN = {*dir(Record), "unsaved"}


def _examples(names: dict[str, object]) -> Iterator[str]:
    for name, value in names.items():
        if isinstance(value, type) and hasattr(value, "create"):
            variable = name[0].lower()
            needed = [_sample(p) for p in signature(value.create).parameters.values() if p.default is Parameter.empty]
            yield f"{variable} = {name}.create({', '.join(needed)})"
            if hasattr(value, "list"):
                yield f"{name}.list()[:5]"
            return


def _sample(parameter: Parameter) -> str:
    kind = getattr(parameter.annotation, "__name__", "str")
    return f"{parameter.name}={_SAMPLES.get(kind, '...')}"
