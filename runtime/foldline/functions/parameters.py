"""What a function may ask for by the names of its parameters."""

import inspect
from collections.abc import Callable, Collection, Iterator, Mapping
from inspect import Parameter
from types import SimpleNamespace
from typing import Any, get_type_hints

from foldline.errors import DeclarationError
from foldline.event import Entity
from foldline.functions.definition import Current
from foldline.nearest import nearest

_UNNAMED = {Parameter.VAR_POSITIONAL: "*", Parameter.VAR_KEYWORD: "**", Parameter.POSITIONAL_ONLY: ""}


def names_of(function: Callable[..., Any]) -> tuple[str, ...]:
    """The names of a function's parameters."""
    return tuple(inspect.signature(function).parameters)


def parameter_problems(
    function: Callable[..., Any], *, legal: Collection[str], required: Collection[str], excluded: Mapping[str, str]
) -> Iterator[str]:
    """Why the runtime could not call the function with the `legal` names.

    `required` are those that it would be a mistake not to take; `excluded` says of names that are legal elsewhere why
    they are not here.
    """
    yield from _kind_problems(inspect.unwrap(function))
    parameters = inspect.signature(function).parameters
    for name, parameter in parameters.items():
        if parameter.kind in _UNNAMED:
            yield f"parameter {_UNNAMED[parameter.kind]}{name} cannot be filled: parameters are filled by name"
        elif name in excluded:
            yield f"parameter {name}: {excluded[name]}"
        elif name not in legal:
            yield f"parameter {name} is unknown{nearest(name, legal)}"
        elif parameter.default is not Parameter.empty:
            yield f"parameter {name} has a default, which would never be used; take it off"
    yield from (f"it has no parameter {name}" for name in required if name not in parameters)


def _kind_problems(function: Callable[..., Any]) -> Iterator[str]:
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        yield "it is async; functions do no I/O, so a plain def does"
    elif inspect.isgeneratorfunction(function):
        yield "it yields; a function returns its one result"


def current_of(function: Callable[..., Any]) -> Current:
    """What a command wants of `current`, by its annotation; raises DeclarationError where that says nothing."""
    parameter = inspect.signature(function).parameters.get("current")
    if parameter is None:
        return Current.UNUSED
    wanted = _resolved(parameter, inspect.unwrap(function))
    if wanted == Entity:
        return Current.REQUIRED
    if wanted == Entity | None:
        return Current.OPTIONAL
    raise DeclarationError("parameter current: annotate it Entity (404 where there is none) or Entity | None")


def _resolved(parameter: Parameter, function: Callable[..., Any]) -> Any:
    """The annotation as an object, also where it is written as text (`from __future__ import annotations`)."""
    alone = SimpleNamespace(__annotations__={parameter.name: parameter.annotation})
    try:
        return get_type_hints(alone, globalns=getattr(function, "__globals__", {}))[parameter.name]
    except Exception as error:  # evaluating text can raise anything
        raise DeclarationError(f"parameter {parameter.name}: its annotation cannot be read: {error}") from error
