"""What happened to an entity."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

R = TypeVar("R")

Make = Callable[[Mapping[str, Any], str | None], R]
"""An entity of its fields and its ETag."""


@dataclass(frozen=True, slots=True)
class Change(Generic[R]):
    """One event: the entity was set to this, or removed."""

    id: str
    entity: R | None
    """As it became or, where it was removed, as it was before; None: that is not told, or cannot be read."""
    removed: bool
    function: str | None
    """What wrote it, such as `products.create`; None: another producer."""
    time: str
    """UTC."""
    position: str
    """Of its record, such as `eventbus.products-0@42`."""

    def __str__(self) -> str:
        what = self.function or ("removed" if self.removed else "set")
        return f"{self.time}  {what}  {self.id if self.entity is None else self.entity}"


def read_change(told: Mapping[str, Any], make: Make[R]) -> Change[R]:
    """The change that a service told of, by history or socket."""
    etag = f'"{told["position"].rpartition("@")[2]}"'
    entity = None if told["entity"] is None else make(told["entity"], etag)
    return Change(told["id"], entity, told["removed"], told["function"], told["time"], told["position"])
