"""Query strings: read as they are meant, or refused."""

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foldline import Page
from foldline.errors import Invalid, Malformed
from foldline.http.arguments import Arguments, pairs

TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.lists(st.tuples(TEXT, TEXT), max_size=20))
def test_what_was_sent_is_what_is_read(sent: list[tuple[str, str]]) -> None:
    assert pairs(urlencode(sent)) == sent


@given(st.text(st.characters(max_codepoint=255)))
def test_any_query_string_is_read_or_refused(query: str) -> None:
    try:
        args = Arguments(Page).read({"QUERY_STRING": query})
    except (Malformed, Invalid):
        return
    assert 1 <= args["limit"] <= 1000
    assert args["after"] is None or isinstance(args["after"], str)


@pytest.mark.parametrize("query", ["limit=1&limit=2", "limit=ten", "limit=0", "offset=3"])
def test_what_is_not_meant_so_is_refused(query: str) -> None:
    with pytest.raises(Invalid):
        Arguments(Page).read({"QUERY_STRING": query})


@pytest.mark.parametrize("query", ["limit=1&after=%ff", "a=\xe9", "&".join(f"a{n}=1" for n in range(200))])
def test_what_cannot_be_decoded_is_refused(query: str) -> None:
    with pytest.raises(Malformed):
        Arguments(Page).read({"QUERY_STRING": query})
