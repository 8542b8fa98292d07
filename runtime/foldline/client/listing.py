"""A list that is read page by page, as far as it is looked at."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar, overload

T = TypeVar("T")

_LARGEST = 1000
"""Items of a page, at most."""


class Page(NamedTuple, Generic[T]):
    """Some items, and where the list goes on."""

    items: list[T]
    after: str | None
    """None: it ends here."""


class Listing(Sequence[T]):
    """Fetches a page whenever more is looked at than it has, and keeps what it has: ask anew to see it as it is now.

    `[:5]` fetches five. Its length is known once all is fetched, so `len()` fetches all, as negative indices do.
    """

    def __init__(self, fetch: Callable[[Mapping[str, Any]], Page[T]], page_size: int) -> None:
        """`fetch` is given `limit` and, but for the first page, `after`."""
        self._fetch = fetch
        self._page_size = page_size
        self._items: list[T] = []
        self._after: str | None = None
        self._ended = False

    def __iter__(self) -> Iterator[T]:
        at = 0
        while self.has(at + 1, self._page_size):
            yield self._items[at]
            at += 1

    @overload
    def __getitem__(self, wanted: int) -> T: ...
    @overload
    def __getitem__(self, wanted: slice) -> list[T]: ...
    def __getitem__(self, wanted: int | slice) -> T | list[T]:
        if isinstance(wanted, slice):
            bounds = (wanted.start or 0, wanted.stop)
            known = all(bound is not None and bound >= 0 for bound in bounds) and (wanted.step or 1) > 0
            self.has(wanted.stop if known else None)
            return self._items[wanted]
        self.has(wanted + 1 if wanted >= 0 else None)
        return self._items[wanted]

    def __len__(self) -> int:
        self.has(None)
        return len(self._items)

    def __bool__(self) -> bool:
        return self.has(1)

    def __repr__(self) -> str:
        shown = ", ".join(map(repr, self._items[:3]))
        more = "" if self._ended and len(self._items) <= 3 else ", ..." if shown else "..."
        return f"[{shown}{more}]"

    def __str__(self) -> str:
        """What `print` shows: the first items, fetched where they were not yet."""
        self.has(4)
        return repr(self)

    def has(self, count: int | None, page_size: int | None = None) -> bool:
        """Fetch until there are so many items (None: all), no more than needed; whether there are."""
        while not self._ended and (count is None or len(self._items) < count):
            missing = _LARGEST if count is None else count - len(self._items)
            self._fetch_page(min(missing, self._page_size) if page_size is None else page_size)
        return count is None or len(self._items) >= count

    def _fetch_page(self, limit: int) -> None:
        page = self._fetch({"limit": limit} | ({} if self._after is None else {"after": self._after}))
        self._items += page.items
        self._after = page.after
        self._ended = page.after is None
