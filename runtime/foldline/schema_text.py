"""Say in words what a JSON schema asks for."""

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]

_BOUNDS = (
    ("minimum", "at least {}"),
    ("maximum", "at most {}"),
    ("exclusiveMinimum", "above {}"),
    ("exclusiveMaximum", "below {}"),
    ("minLength", "at least {} long"),
    ("maxLength", "at most {} long"),
    ("minItems", "{} or more"),
    ("maxItems", "at most {}"),
    ("pattern", "matches {}"),
    ("default", "{} if left out"),
)


def in_words(schema: Schema) -> str:
    """`integer, at least 1, at most 1000, 100 if left out`; a reference is said by its name."""
    return ", ".join(_words(schema))


def _words(schema: Schema) -> Iterator[str]:
    yield _kind(schema)
    if choices := [str(choice) for choice in schema.get("enum", ())]:
        yield f"one of {', '.join(choices)}"
    for name, words in _BOUNDS:
        if schema.get(name) is not None:
            yield words.format(schema[name])


def _kind(schema: Schema) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    kind = schema.get("type", "any value")
    if isinstance(kind, list):
        return " or ".join(kind)
    if kind == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return str(schema.get("format", kind)) if kind == "string" else str(kind)
