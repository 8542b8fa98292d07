"""All that is known of one function."""

from inspect import getdoc
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema

from foldline.admin.catalogue import Found, row_of
from foldline.functions.definition import Command, Projector, Query


def describe(found: Found) -> dict[str, Any]:
    """What a list says of it, its whole docstring, what it takes, and its schema as JSON Schema.

    `body` (a command's) or `args` (a query's) is that schema, None where it takes none; `tables` and `version` are a
    projector's.
    """
    function, row = found.function, row_of(found)
    described = {
        "function": function.name,
        "kind": row.kind,
        "service": row.service,
        "route": row.route,
        "topics": list(row.topics),
        "parameters": list(function.parameters),
        "description": getdoc(function.function) or "",
        "source": row.source,
    }
    match function:
        case Command():
            return described | {"body": None if function.body is None else json_schema(function.body)}
        case Query():
            return described | {"args": None if function.args is None else json_schema(function.args)}
        case Projector():
            return described | {"tables": list(function.table_names), "version": function.version}


def json_schema(schema: type[Schema]) -> dict[str, Any]:
    """What may be sent, with everything in place: nothing refers to elsewhere."""
    marshmallow = MarshmallowPlugin(schema_name_resolver=lambda _: "")
    APISpec("", "", "3.1.0", plugins=[marshmallow])
    given: dict[str, Any] = marshmallow.converter.schema2jsonschema(schema)  # type: ignore[union-attr]  # the spec has set it
    properties = {name: field for name, field in given.get("properties", {}).items() if not field.get("readOnly")}
    return {**given, "properties": properties}
