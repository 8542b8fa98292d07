"""Position tokens, and how long to wait for them."""

import re
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foldline.errors import Malformed
from foldline.event import POSITION, Position
from foldline.http.environ import Environ
from foldline.http.positions import parse, preferred_wait

TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=40)


def wait(header: str | None) -> float:
    environ: Environ = {} if header is None else {"HTTP_PREFER": header}
    return preferred_wait(environ)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, 2),
        ("wait=5", 5),
        ("respond-async, WAIT = 5", 5),
        ('wait="3"; x=1, y', 3),
        ("wait=0", 0),
        ("wait=11", 10),
        ("wait=" + "9" * 5000, 10),
        ("wait=-1", 2),
        ("wait=soon", 2),
        ("wait", 2),
        ("wait=5s", 2),
        ("await=5", 2),
        ("x; wait=5", 2),
        ("", 2),
    ],
)
def test_prefer_says_how_long_to_wait(header: str | None, seconds: float) -> None:
    assert wait(header) == seconds


@given(TEXT | TEXT.map("wait={}".format))
def test_any_prefer_gives_a_time_within_bounds(header: str) -> None:
    assert 0 <= wait(header) <= 10


POSITIONS = st.builds(
    Position,
    st.from_regex(r"[A-Za-z0-9._-]{1,20}", fullmatch=True),
    st.integers(0, 10**8),
    st.integers(0, 10**17),
)


@given(st.lists(POSITIONS, min_size=1, max_size=5))
def test_the_positions_we_give_are_understood_again(positions: list[Position]) -> None:
    assert parse(", ".join(map(str, positions))) == tuple(positions)


@given(TEXT | st.text(alphabet="abc-@0123456789, ", max_size=30))
def test_any_header_is_understood_or_malformed(header: str) -> None:
    with suppress(Malformed):
        assert parse(header)


@pytest.mark.parametrize(
    "header",
    ["", "products", "products-0@-1", "a-00@1", "a-0@01", "a-0@1\xa0", "a-0@1; b-0@1", ", ".join(["a-0@1"] * 1001)],
)
def test_a_header_that_cannot_be_read_is_400(client: Any, header: str) -> None:
    assert client.get("/products/p1", headers={"Log-Position": header}).status_code == 400
    assert client.delete("/products/p1", headers={"Log-Position": header}).status_code == 400


def test_only_a_read_that_must_wait_takes_a_place(shop: Any) -> None:
    client = shop.client(threads=2)  # one place
    ahead = {"Log-Position": "eventbus.products-0@43", "Prefer": "wait=1"}
    seen: list[int] = []

    def another_waits() -> None:
        shop.reads.waiting = lambda: None
        seen.append(client.get("/products/p1", headers={"Log-Position": "eventbus.products-0@42"}).status_code)
        seen.append(client.get("/products/p1", headers=ahead).status_code)

    shop.reads.waiting = another_waits
    assert client.get("/products/p1", headers=ahead).status_code == 503
    assert seen == [200, 503]
    assert shop.reads.waits == [0, 1, 0, 0]


@given(st.from_regex(f"^{POSITION}$"), st.text(alphabet="a-0@1٣ \n", max_size=9))
def test_a_position_is_read_if_and_only_if_it_is_as_described(described: str, other: str) -> None:
    assert str(Position.parse(described.strip())) == described.strip()
    if re.fullmatch(POSITION, other.strip(" \t")) is None:
        with pytest.raises(Malformed):
            Position.parse(other)
