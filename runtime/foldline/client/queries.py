"""A function for each query, whatever it answers."""

from collections.abc import Callable
from typing import Any

from foldline.client.calling import PAGE, call_of, on_the_wire, pages, takes_pages
from foldline.client.listing import Listing
from foldline.client.openapi import Operation
from foldline.client.record import Record
from foldline.client.services import Services
from foldline.client.signatures import described

Query = Callable[..., Any]


def make_query(operation: Operation, services: Services) -> Query:
    """A function that asks it: a list is read page by page, of records; anything else is a record, or what it is."""

    def several(*, limit: int = PAGE, **args: Any) -> Listing[Any]:
        call = call_of(operation, on_the_wire(operation, args))
        return pages(services, call, lambda answer: [_shown(item) for item in answer], size(limit))

    def size(limit: int) -> int | None:
        return limit if takes_pages(operation) else None

    def one(**args: Any) -> Any:
        return _shown(services.call(call_of(operation, on_the_wire(operation, args))).json())

    query = described(several if operation.gives_list else one, operation)
    query.__name__ = query.__qualname__ = operation.name.rpartition(".")[2]
    return query


def _shown(value: Any) -> Any:
    return Record(value) if isinstance(value, dict) else value
