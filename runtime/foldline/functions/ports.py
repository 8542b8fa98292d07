"""What a function is given to read with. The state gives the real ones; tests of functions give plain stand-ins."""

from collections.abc import Mapping, Sequence
from sqlite3 import Row
from typing import Any, Protocol, TypeAlias

from foldline.event import Entity

Args: TypeAlias = dict[str, Any]
"""The validated query string, by name."""


class Stored(Entity):
    """An entity as it is stored. Answered as it is, it carries its ETag; what is made from it is a plain dict."""

    __slots__ = ("origin",)

    def __init__(self, entity: Entity, origin: int) -> None:
        """`origin` is the offset of the record that the entity comes from."""
        super().__init__(entity)
        self.origin = origin


class Items(list[Entity]):
    """One page of a list."""

    def __init__(self, items: Sequence[Entity] = (), after: str | None = None) -> None:
        """`after` is where the next page goes on (any text that the query understands again); None: no more."""
        super().__init__(items)
        self.after = after


class Entities(Protocol):
    """One topic's entities, as of one moment. Read only."""

    def __getitem__(self, id: str) -> Entity:
        """The entity; raises NotFound."""
        ...

    def __contains__(self, id: object) -> bool: ...

    def get(self, id: str) -> Entity | None:
        """The entity, or None."""
        ...

    def page(self, after: str | None = None, limit: int = 100) -> Items:
        """The entities whose ids come after `after`, by id; at most `limit` (1 to 1000)."""
        ...


class Tables(Protocol):
    """SQL over the state's tables: a projector's own to read and write, all of them for a query to read."""

    def execute(self, sql: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> list[Row]:
        """Run one statement, and give its rows, which can be read by index and by column name.

        Raises SqlRefused for a statement that touches anything else, sqlite3.Error for what SQLite cannot do.
        """
        ...
