from hypothesis import given
from hypothesis import strategies as st

from foldline.log.sqlite.records import pack_headers, unpack_headers

names = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.lists(st.tuples(names, st.none() | st.binary())))
def test_headers_come_back_as_they_were(headers: list[tuple[str, bytes | None]]) -> None:
    assert unpack_headers(pack_headers(headers)) == headers
