"""What is said first: what is there, and what to type."""

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


def banner(session: Session, keys: str, heading: Style) -> str:
    """`keys` says what this prompt can do."""
    lines = [line for name, value in session.names.items() if (line := _line(name, value))]
    name_width = max((len(line.name) for line in lines), default=0)
    width = max((len(line.of_all) for line in lines if line.of_one), default=0)
    drawn = [
        f"  {heading(name.ljust(name_width))}  {of_all.ljust(width)}   {of_one}".rstrip()
        for name, of_all, of_one in lines
    ]
    examples = [f"  {example}" for example in _examples(session.names)]
    parts = [[f"Foldline {__version__}"], drawn, examples, [keys], session.not_up()]
    return "\n\n".join("\n".join(part) for part in parts if part)


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
