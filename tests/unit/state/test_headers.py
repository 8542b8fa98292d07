"""Headers are kept as text, and come back byte for byte."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foldline.state.headers import pack, unpack

VALUES = st.one_of(st.none(), st.binary(max_size=4), st.text(max_size=4).map(str.encode))


@given(st.lists(st.tuples(st.text(max_size=8), VALUES), max_size=5))
def test_any_headers_come_back_as_they_were(headers: list[tuple[str, bytes | None]]) -> None:
    assert unpack(pack(headers)) == headers
    assert unpack(pack(tuple(headers))) == headers


@pytest.mark.parametrize("raw", [b"\xff", b"\xed\xa0\x80", b"\xc0\x80", b"\x00"])
def test_bytes_that_are_no_text_come_back_beside_text(raw: bytes) -> None:
    headers = [("latin-1", raw), ("name", "é".encode()), ("name", None)]
    assert unpack(pack(headers)) == headers


def test_text_can_be_read_by_whoever_looks_into_the_file() -> None:
    assert orjson.loads(pack([("name", "Té".encode())])) == [["name", "Té"]]
