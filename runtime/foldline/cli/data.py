"""Objects as they are typed: `--data '{...}'`, `--data @file`, `--data @-`, `--set name=Butter`."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from foldline import jsontext
from foldline.errors import Malformed

R = TypeVar("R")


def takes_data(verb: Callable[..., R]) -> Callable[..., R]:
    """Give a verb the options --data and --set, as `data` and `fields`, for `typed_object`."""
    verb = click.option(
        "--set", "fields", metavar="FIELD=VALUE", multiple=True, help="One field: JSON where it is some, else text."
    )(verb)
    return click.option(
        "--data", metavar="JSON", help="An object; @FILE reads it from a file, @- from standard input."
    )(verb)


def typed_object(data: str | None, fields: Sequence[str]) -> dict[str, Any] | None:
    """The object that was typed, each of `fields` set in it; None: nothing was typed. Raises Malformed."""
    if data is None and not fields:
        return None
    typed = {} if data is None else _object(_text(data))
    return typed | dict(map(_field, fields))


def _text(data: str) -> str:
    try:
        match data:
            case "@-":
                return sys.stdin.read()
            case _ if data.startswith("@"):
                return Path(data[1:]).read_text()
    except (OSError, ValueError) as error:
        raise Malformed(f"--data {data}: {getattr(error, 'strerror', None) or error}") from None
    return data


def _object(text: str) -> dict[str, Any]:
    try:
        value = jsontext.decode(text)
    except ValueError as error:
        raise Malformed(f"--data is not JSON: {error}") from None
    if not isinstance(value, dict):
        raise Malformed(f'--data is no object: {text[:40]!r}; one looks like \'{{"name": "Butter", "price": 1.50}}\'')
    return value


def _field(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise Malformed(f"--set {text}: it is FIELD=VALUE, as name=Butter or price=1.50")
    try:
        return name, jsontext.decode(value)
    except ValueError:
        return name, value
