"""What people see of a function before they call it: its name, its arguments and their types, its words."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from inspect import Parameter, Signature
from typing import Any

from foldline.client.calling import PAGE, arguments, takes_pages
from foldline.client.openapi import Field, Operation

_TYPES: dict[Any, type] = {
    "string": str,
    "integer": int,
    "number": Decimal,
    "boolean": bool,
    "array": list,
    "object": dict,
}
_POSITIONAL = Parameter.POSITIONAL_OR_KEYWORD
_LIMIT = Parameter("limit", Parameter.KEYWORD_ONLY, default=PAGE, annotation=int)


def described(function: Callable[..., Any], operation: Operation, *first: str) -> Callable[..., Any]:
    """The same function, looking like what it stands for; `first` are its parameters before those given by name."""
    own = {"id", *first} if "self" in first else {*first}
    given = [(name, field) for name, field in arguments(operation).items() if name not in own]
    given.sort(key=lambda item: not item[1].required)
    by_name = [_parameter(name, field) for name, field in given]
    if operation.gives_list and takes_pages(operation):
        by_name.append(_LIMIT)
    return worded(function, f"{operation.doc}\n{fields_in_words(given)}".strip(), *first, by_name=by_name)


def worded(
    function: Callable[..., Any], doc: str, *first: str, by_name: Sequence[Parameter] = ()
) -> Callable[..., Any]:
    """The same function with this docstring and these parameters."""
    function.__doc__ = doc
    function.__signature__ = Signature([*(Parameter(name, _POSITIONAL) for name in first), *by_name])  # type: ignore[attr-defined]  # that is how inspect is told
    return function


def fields_in_words(fields: Iterable[tuple[str, Field]]) -> str:
    """A line for each, by its name in Python; after an empty line, if there are any."""
    return "".join(f"\n{name}: {_type(field)}{_remark(field)}" for name, field in fields)


def _parameter(name: str, field: Field) -> Parameter:
    default = Parameter.empty if field.required else field.schema.get("default")
    return Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=_python_type(field) or Any)


def _python_type(field: Field) -> type | None:
    kinds = field.schema.get("type")
    return _TYPES.get(kinds[0] if isinstance(kinds, list) else kinds)


def _type(field: Field) -> str:
    if choices := field.schema.get("enum"):
        return f"one of {', '.join(map(str, choices))}"
    known = _python_type(field)
    return "any" if known is None else known.__name__


def _remark(field: Field) -> str:
    remark = ", set by the service" if field.read_only else "" if field.required else ", optional"
    return remark + (f". {field.schema['description']}" if "description" in field.schema else "")
