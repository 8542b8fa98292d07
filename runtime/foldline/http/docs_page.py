"""The OpenAPI document as a page for people: `/docs`, rendered here, without a script or another request."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from flask import Flask, Response

from foldline.http.pages import page
from foldline.http.problems import PROBLEM
from foldline.schema_text import in_words

Document = Mapping[str, Any]


class Field(NamedTuple):
    """One parameter, or one field of a body or an answer."""

    name: str
    place: str
    words: str
    meaning: str
    required: bool


class Outcome(NamedTuple):
    """One response."""

    status: str
    meaning: str
    gives: str
    headers: tuple[str, ...]


class Operation(NamedTuple):
    """One method of one path."""

    method: str
    path: str
    summary: str
    description: str
    function: str | None
    fields: list[Field]
    outcomes: list[Outcome]


def install(app: Flask, document: Document) -> None:
    """Serve the page at /docs."""
    groups = _by_tag(document)
    schemas = {name: _fields(document, schema) for name, schema in document["components"]["schemas"].items()}

    def docs() -> Response:
        """The document as a page."""
        return page("docs.html", info=document["info"], groups=groups, schemas=schemas)

    app.add_url_rule("/docs", "docs", docs)


def _by_tag(document: Document) -> dict[str, list[Operation]]:
    groups: dict[str, list[Operation]] = {}
    for path, methods in document["paths"].items():
        for method, described in methods.items():
            groups.setdefault(described["tags"][0], []).append(_operation(document, method, path, described))
    return groups


def _operation(document: Document, method: str, path: str, described: Document) -> Operation:
    body = described.get("requestBody", {}).get("content", {})
    return Operation(
        method=method.upper(),
        path=path,
        summary=described["summary"],
        description=described.get("description", ""),
        function=described.get("x-foldline-function"),
        fields=[
            *(_parameter(_resolved(document, given)) for given in described.get("parameters", ())),
            *(field for media in body.values() for field in _fields(document, media["schema"])),
        ],
        outcomes=sorted(_outcomes(document, described["responses"])),
    )


def _parameter(given: Document) -> Field:
    words = in_words(given["schema"])
    return Field(given["name"], given["in"], words, given.get("description", ""), given.get("required", False))


def _fields(document: Document, schema: Document) -> list[Field]:
    whole = _resolved(document, schema)
    required = whole.get("required", ())
    return [
        Field(name, "body", in_words(field), field.get("description", ""), name in required)
        for name, field in whole.get("properties", {}).items()
    ]


def _outcomes(document: Document, responses: Document) -> Iterator[Outcome]:
    for status, response in responses.items():
        whole = _resolved(document, response)
        content = whole.get("content", {}).items()
        gives = ", ".join(in_words(media["schema"]) for kind, media in content if kind != PROBLEM)
        yield Outcome(status, whole["description"], gives, tuple(whole.get("headers", ())))


def _resolved(document: Document, part: Document) -> Document:
    """The component that a reference names; anything else is what it is."""
    if "$ref" not in part:
        return part
    found: Any = document
    for name in part["$ref"].removeprefix("#/").split("/"):
        found = found[name]
    return _resolved(document, found)
