"""From a function's arguments in Python to the request, and from what was answered to items."""

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import quote

from foldline.client.listing import Listing, Page
from foldline.client.names import python_name
from foldline.client.openapi import Field, Operation
from foldline.client.services import Call, Services
from foldline.client.values import encode, exact, query_text
from foldline.errors import FieldError, Invalid
from foldline.nearest import nearest

PAGE = 100
"""Items that a page of a list has, unless it is asked for otherwise."""

_PAGING = frozenset({"limit", "after"})
_VARIABLE = re.compile(r"{([^{}]*)}")

T = TypeVar("T")


def arguments(operation: Operation) -> dict[str, Field]:
    """What a caller may give, by its name in Python: the path's variables, then a body's fields or a query's arguments.

    Where a list goes on is not among them: it reads on by itself.
    """
    own = _PAGING if operation.gives_list else ()
    variables = [Field(name, {"type": "string"}, required=True) for name in operation.variables]
    takes = [field for field in operation.takes if not field.read_only and field.name not in own]
    return {python_name(field.name): field for field in (*takes, *variables)}


def on_the_wire(operation: Operation, given: Mapping[str, Any]) -> dict[str, Any]:
    """The values by their names on the wire; raises FieldError for one that is not taken."""
    known = arguments(operation)
    if unknown := [name for name in given if name not in known]:
        taken = [*known, "limit"] if operation.gives_list and takes_pages(operation) else known
        raise FieldError(f"{operation.name} takes no {unknown[0]}{nearest(unknown[0], taken)}")
    return {known[name].name: exact(value) for name, value in given.items()}


def call_of(operation: Operation, values: Mapping[str, Any], if_match: str | None = None) -> Call:
    """The request for it, of values by their names on the wire; raises Invalid."""
    path = _VARIABLE.sub(lambda variable: _segment(variable[1], values.get(variable[1])), operation.path)
    others = {name: value for name, value in values.items() if name not in operation.variables}
    if operation.is_command:
        body = encode(others) if operation.has_body else None
        return Call(operation.service, operation.method, path, body=body, if_match=if_match)
    query = {name: _query_texts(value) for name, value in others.items() if value is not None}
    return Call(operation.service, operation.method, path, query)


def pages(services: Services, call: Call, items_of: Callable[[Any], list[T]], page_size: int | None) -> Listing[T]:
    """A list that is read as far as it is looked at; `items_of` makes a page's items of what was answered.

    `page_size` None: the route takes neither `limit` nor `after`, and answers all at once.
    """

    def fetch(part: Mapping[str, Any]) -> Page[T]:
        paging = {} if page_size is None else {name: query_text(value) for name, value in part.items()}
        answer = services.call(call._replace(query={**call.query, **paging}))
        return Page(items_of(answer.json()), answer.after)

    return Listing(fetch, PAGE if page_size is None else page_size)


def takes_pages(operation: Operation) -> bool:
    """Whether it answers page by page."""
    return {field.name for field in operation.takes} >= _PAGING


def _query_texts(value: Any) -> list[str]:
    """A list is given name by name."""
    return [query_text(item) for item in (value if isinstance(value, list | tuple) else [value])]


def _segment(name: str, value: Any) -> str:
    if not isinstance(value, str) or value in {"", ".", ".."}:
        raise Invalid({name: ["A text is needed."]}, f"{name}: a text is needed here, not {value!r}")
    return quote(value, safe="")
