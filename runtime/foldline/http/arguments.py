"""Read the query string and the path's variables."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from marshmallow import Schema
from marshmallow.fields import List

from foldline.errors import Invalid, Malformed
from foldline.functions.ports import Args
from foldline.http.environ import Environ
from foldline.http.validation import load

LONGEST_VARIABLE = 512
"""Bytes of UTF-8."""

_MOST = 100


class Arguments:
    """The query string of one route, as its schema has it; without a schema it must be empty."""

    def __init__(self, schema: type[Schema] | None) -> None:
        self._schema = (schema or Schema)()
        self._empty = schema is None
        self._lists = {
            field.data_key or name for name, field in self._schema.load_fields.items() if isinstance(field, List)
        }

    def read(self, environ: Environ) -> Args:
        """The arguments of a request; raises Invalid, and Malformed where it cannot be decoded."""
        query: str = environ.get("QUERY_STRING", "")
        if not query and self._empty:
            return {}
        args: Args = load(self._schema, self._by_name(pairs(query)))
        return args

    def _by_name(self, sent: list[tuple[str, str]]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, value in sent:
            if name in self._lists:
                values.setdefault(name, []).append(value)
            elif name in values:
                raise Invalid({name: ["Given more than once."]})
            else:
                values[name] = value
        return values


def pairs(query: str) -> list[tuple[str, str]]:
    """The names and values of a query string, as WSGI gives it; raises Malformed."""
    try:
        raw = query.encode("latin-1").decode("ascii")
        return parse_qsl(raw, keep_blank_values=True, errors="strict", max_num_fields=_MOST)
    except ValueError as error:
        raise Malformed(f"the query string cannot be read: {error}") from None


def check_variables(variables: Mapping[str, str], environ: Environ) -> None:
    """Raise Malformed or Invalid unless each is UTF-8 of 1 to 512 bytes, as ids are."""
    for name, value in variables.items():
        if len(value) * 4 > LONGEST_VARIABLE and len(value.encode()) > LONGEST_VARIABLE:
            raise Invalid({name: [f"Longer than {LONGEST_VARIABLE} bytes."]})
        if "\ufffd" in value:
            _check_encoding(environ["PATH_INFO"])


def _check_encoding(path: str) -> None:
    """The router replaces what is not UTF-8, and so would find another entity than was asked for."""
    try:
        path.encode("latin-1").decode()
    except UnicodeDecodeError:
        raise Malformed("the path is not UTF-8") from None
