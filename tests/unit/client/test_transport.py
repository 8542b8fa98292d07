"""What a client makes of an answer, whatever brought it."""

import pytest
from transports import ok


def test_a_list_tells_where_its_next_page_begins() -> None:
    assert ok([], link='</products?limit=1&after=a%3D1>; rel="next"').after == "a=1"


@pytest.mark.parametrize("link", ["", "</products>; rel=next", '</products?after=a>; rel="prev"'])
def test_a_list_that_tells_of_no_next_page_ends(link: str) -> None:
    assert ok([], link=link).after is None
