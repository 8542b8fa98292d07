"""Is there an order of operations, each within its time, in which one register would have answered what was answered?

The search is that of Wing and Gong, with Lowe's memory of where it has been: the set of operations that took place,
and the value they left. An operation of which nobody knows whether it took place may do so at any time, or never.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

Value = int | None
"""What a register holds; None: it does not exist, or was removed."""

NEVER = math.inf
"""When an operation ended whose outcome is not known."""


@dataclass(frozen=True, slots=True)
class Operation:
    """Something that happened to a register, or may have."""

    name: str
    do: str
    sent: float
    done: float
    """NEVER: it is not known whether it took place."""
    value: Value = None
    """What it wrote, or saw. Of an increment or remove of which nothing is known, None."""
    expects: Value = None
    """What `cas` found."""

    @property
    def certain(self) -> bool:
        """Whether it took place."""
        return self.done != NEVER


class TooHard(Exception):
    """The search was given up."""


def linearize(operations: Sequence[Operation], most: int = 200_000) -> list[Operation] | None:
    """An order that explains all of them; None: there is none. Raises TooHard after so many steps."""
    search = _Search(sorted(operations, key=lambda operation: operation.sent))
    return search.run(most)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the search is: which operations took place (a bit each), what they left, and in which order."""

    taken: int
    value: Value
    last: int
    before: "_Place | None"


class _Search:
    def __init__(self, operations: Sequence[Operation]) -> None:
        self._operations = operations
        self._certain = sum(1 << at for at, operation in enumerate(operations) if operation.certain)
        self._by_end = sorted(range(len(operations)), key=lambda at: operations[at].done)

    def run(self, most: int) -> list[Operation] | None:
        places = [_Place(0, None, -1, None)]
        seen: set[tuple[int, Value]] = set()
        while places:
            place = places.pop()
            if place.taken & self._certain == self._certain:
                return self._order(place)
            for following in self._following(place):
                if (key := (following.taken, following.value)) not in seen:
                    seen.add(key)
                    places.append(following)
            if len(seen) > most:
                raise TooHard(f"no order was found in {most} steps")
        return None

    def _following(self, place: _Place) -> list[_Place]:
        """The next places, the likeliest last."""
        found = []
        for at in self._possible(place.taken):
            operation = self._operations[at]
            for value in after(place.value, operation):
                following = _Place(place.taken | 1 << at, value, at, place)
                if operation.do == "read":  # it changes nothing, so that it may as well come at once
                    return [following]
                found.append((operation.done, following))
        return [following for _, following in sorted(found, key=lambda pair: -pair[0])]

    def _possible(self, taken: int) -> list[int]:
        """Those that may come next: all that were sent before any of those left had ended."""
        end = next(self._operations[at].done for at in self._by_end if not taken >> at & 1)
        possible = []
        for at, operation in enumerate(self._operations):
            if operation.sent > end:
                break
            if not taken >> at & 1:
                possible.append(at)
        return possible

    def _order(self, place: _Place | None) -> list[Operation]:
        order = []
        while place is not None and place.before is not None:
            order.append(self._operations[place.last])
            place = place.before
        return order[::-1]


def after(value: Value, operation: Operation) -> tuple[Value, ...]:
    """What the register may hold once the operation took place; nothing: it cannot have."""
    if operation.do in ("set", "null"):  # a stranger asks nothing
        return (operation.value,)
    possible, left = _on_nothing(operation) if value is None else _on_something(value, operation)
    return (left,) if possible else ()


def _on_nothing(operation: Operation) -> tuple[bool, Value]:
    """Whether it can take place where there is nothing, and what it leaves."""
    match operation.do:
        case "create":
            return True, operation.value
        case "read":
            return operation.value is None, None
    return False, None


def _on_something(value: int, operation: Operation) -> tuple[bool, Value]:
    """Whether it can take place on this value, and what it leaves."""
    match operation.do:
        case "read":
            return value == operation.value, value
        case "put":
            return True, operation.value
        case "cas":
            return value == operation.expects, operation.value
        case "increment":
            return operation.value in (None, value + 1), value + 1
        case "remove":
            return operation.value in (None, value), None
    return False, value
