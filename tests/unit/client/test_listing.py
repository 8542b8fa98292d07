"""A list that is read page by page."""

from collections.abc import Mapping
from typing import Any

import pytest

from foldline.client.listing import Listing, Page


class Numbers:
    """A list of the numbers from 0; keeps what was asked for."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.asked: list[Mapping[str, Any]] = []

    def __call__(self, part: Mapping[str, Any]) -> Page[int]:
        self.asked.append(part)
        begin = int(part.get("after", 0))
        end = begin + part["limit"]
        return Page(list(range(begin, min(end, self.count))), str(end) if end < self.count else None)

    @property
    def limits(self) -> list[int]:
        return [part["limit"] for part in self.asked]


@pytest.fixture
def numbers() -> Numbers:
    return Numbers(25)


@pytest.fixture
def listing(numbers: Numbers) -> Listing[int]:
    return Listing(numbers, 10)


def test_it_reads_to_the_end_a_page_at_a_time(numbers: Numbers, listing: Listing[int]) -> None:
    assert numbers.asked == []
    assert [number for number in listing] == list(range(25))  # noqa: C416 - list() would ask for the length
    assert numbers.asked == [{"limit": 10}, {"limit": 10, "after": "10"}, {"limit": 10, "after": "20"}]


def test_what_was_read_is_kept(numbers: Numbers, listing: Listing[int]) -> None:
    assert list(listing) == list(listing)
    assert len(numbers.asked) == 3


@pytest.mark.parametrize(
    ("wanted", "limits"),
    [
        (slice(5), [5]),
        (slice(2, 4), [4]),
        (slice(0, 12), [10, 2]),
        (slice(None, None, 2), [10, 10, 10]),
        (slice(-2, None), [10, 10, 10]),
        (slice(4, 2), [2]),
        (slice(0, 0), []),
    ],
)
def test_a_slice_fetches_no_more_than_it_needs(
    numbers: Numbers, listing: Listing[int], wanted: slice, limits: list[int]
) -> None:
    assert listing[wanted] == list(range(25))[wanted]
    assert numbers.limits == limits


def test_an_item_fetches_up_to_it(numbers: Numbers, listing: Listing[int]) -> None:
    assert (listing[0], listing[0], listing[3]) == (0, 0, 3)
    assert numbers.limits == [1, 3]
    assert listing[-1] == 24
    with pytest.raises(IndexError):
        listing[25]


def test_whether_there_is_anything_takes_one_item(numbers: Numbers, listing: Listing[int]) -> None:
    assert listing
    assert numbers.limits == [1]
    assert not Listing(Numbers(0), 10)


def test_its_length_is_known_once_all_is_read(numbers: Numbers, listing: Listing[int]) -> None:
    assert len(listing) == 25
    assert len(listing) == 25
    assert len(numbers.asked) == 3


def test_a_page_that_ends_short_of_its_limit_is_not_the_end() -> None:
    """Where it goes on, a service says by its Link; how much is on a page is its own business."""
    pages = {None: Page([1], "a"), "a": Page([], "b"), "b": Page([2], None)}
    assert list(Listing(lambda part: pages[part.get("after")], 10)) == [1, 2]


def test_looking_at_it_fetches_nothing(numbers: Numbers, listing: Listing[int]) -> None:
    assert repr(listing) == "[...]"
    assert listing[:4]
    assert repr(listing) == "[0, 1, 2, ...]"
    assert numbers.limits == [4]
    short = Listing(Numbers(2), 10)
    assert list(short) == [0, 1]
    assert repr(short) == "[0, 1]"


def test_printing_it_shows_the_first_of_what_there_is(numbers: Numbers, listing: Listing[int]) -> None:
    assert str(listing) == "[0, 1, 2, ...]"
    assert numbers.limits == [4]
    assert str(Listing(Numbers(0), 10)) == "[]"
