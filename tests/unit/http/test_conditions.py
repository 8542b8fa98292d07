"""ETags, and the headers that name them."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foldline.errors import Malformed
from foldline.http.conditions import if_match, none_match, strong_tag
from foldline.writes.call import IfMatch

HEADER_TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=30)
TAGGISH = st.text(alphabet='W/"0123456789*, \t-x\x7f', max_size=20)


@pytest.mark.parametrize(
    ("header", "meant"),
    [
        ('"42"', IfMatch(frozenset({42}))),
        ('"1" , "2",,"3",', IfMatch(frozenset({1, 2, 3}))),
        ('W/"42"', IfMatch(frozenset())),
        ('"a,b", "42"', IfMatch(frozenset({42}))),
        ('"042", "-1", ""', IfMatch(frozenset())),
        ('"99999999999999999999"', IfMatch(frozenset())),
        ("*", IfMatch(frozenset(), anything=True)),
        (" * ", IfMatch(frozenset(), anything=True)),
        (None, None),
    ],
)
def test_if_match_means_the_origins_it_lists(header: str | None, meant: IfMatch | None) -> None:
    assert if_match(header) == meant


@pytest.mark.parametrize("header", ["", " ", ",", "42", '"42', '"42" "43"', 'w/"42"', '*, "42"', '"4 2"'])
def test_what_is_no_list_of_etags_is_malformed(header: str) -> None:
    with pytest.raises(Malformed, match="If-Match"):
        if_match(header)


@pytest.mark.parametrize(
    ("header", "etag", "through"),
    [
        (None, '"42"', True),
        ("*", '"42"', False),
        ('"42"', '"42"', False),
        ('W/"42"', '"42"', False),
        ('"42"', 'W/"42"', False),
        ('"41", "43"', '"42"', True),
    ],
)
def test_if_none_match_compares_weakly(header: str | None, etag: str, through: bool) -> None:
    assert none_match(header, etag) is through


@given(st.lists(st.integers(min_value=0, max_value=10**17), min_size=1, max_size=5))
def test_the_tags_we_give_are_understood_again(origins: list[int]) -> None:
    assert if_match(", ".join(map(strong_tag, origins))) == IfMatch(frozenset(origins))


@given(HEADER_TEXT | TAGGISH)
def test_any_header_is_understood_or_malformed(header: str) -> None:
    with suppress(Malformed):
        assert isinstance(if_match(header), IfMatch)
    with suppress(Malformed):
        assert isinstance(none_match(header, '"42"'), bool)


@pytest.mark.parametrize("header", ["42", '"4"2"'])
def test_a_header_that_cannot_be_read_is_400(client: Any, header: str) -> None:
    assert client.delete("/products/p1", headers={"If-Match": header}).status_code == 400
    assert client.get("/products/p1", headers={"If-None-Match": header}).status_code == 400
