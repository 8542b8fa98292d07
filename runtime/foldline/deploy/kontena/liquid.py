"""Fills the Liquid templates of a file."""

from collections.abc import Mapping
from typing import Any

from foldline.deploy.kontena.shapes import KontenaError
from foldline.errors import SetupError


def fill(text: str, values: Mapping[str, Any], name: str) -> str:
    """The text with its templates filled; `name` is the file's.

    Raises KontenaError for a wrong template, SetupError where python-liquid is not installed.
    """
    try:
        from liquid import Environment, StrictUndefined  # noqa: PLC0415 - an extra: most who run services need it not
        from liquid.exceptions import LiquidError  # noqa: PLC0415
    except ImportError as error:
        raise SetupError("to check kontena.yml needs python-liquid: pip install 'foldline[deploy]'") from error
    try:
        return Environment(undefined=StrictUndefined, strict_filters=True).from_string(text).render(**values)
    except LiquidError as error:
        token = error.token
        line = "" if token is None else f":{text.count(chr(10), 0, token.start_index) + 1}"
        raise KontenaError(f"{name}{line}: {str(error).splitlines()[0]}") from error
