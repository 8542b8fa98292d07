"""Run a query on one snapshot of the state."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from foldline.event import Position
from foldline.functions.definition import Query


class Answer(NamedTuple):
    """What a query gave."""

    value: Any
    positions: tuple[Position, ...]
    """What the state had folded when it was read: the last position of each partition that holds anything."""


class Reads:
    """Queries, each on one snapshot. Written next; this is the interface."""

    def run(self, query: Query, variables: Mapping[str, str], args: Mapping[str, Any]) -> Answer:
        """Call the query's function; raises what it raises (NotFound), NotReady, Unreadable."""
        raise NotImplementedError

    def wait_for(self, positions: Iterable[Position], seconds: float) -> None:
        """Return once the state has passed these positions; topics not folded here are ignored. Raises NotReady."""
        raise NotImplementedError
