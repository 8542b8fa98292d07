"""What clients say, understood or not."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foldline.errors import Malformed
from foldline.log.port import Partition
from foldline.sockets.subscription import parse

TOPICS = ("products", "customers")


def test_who_names_no_topics_wants_all_from_now_on() -> None:
    assert parse('{"type": "subscribe"}', TOPICS) == (frozenset(TOPICS), None)


def test_positions_say_what_was_seen() -> None:
    wish = parse('{"type": "subscribe", "topics": ["products"], "after": ["e.p-0@42", "e.p-1@7"]}', TOPICS)
    assert wish.topics == {"products"}
    assert wish.after == {Partition("e.p", 0): 42, Partition("e.p", 1): 7}


def test_who_names_no_position_has_seen_nothing() -> None:
    assert parse('{"type": "subscribe", "after": []}', TOPICS).after == {}


def test_of_two_positions_in_a_partition_the_earlier_counts() -> None:
    assert parse('{"type": "subscribe", "after": ["e.p-0@42", "e.p-0@7"]}', TOPICS).after == {Partition("e.p", 0): 7}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("subscribe", "not JSON"),
        ("[" * 10_000, "not JSON"),
        (r'{"type": "subscribe", "topics": ["\ud800"]}', "not JSON"),
        (r'{"\ud800": 1}', "not JSON"),
        ('{"type": "subscribe", "topics": [1]}', r'"topics":{"0":'),
        ("[]", "not understood"),
        ('{"type": "hello"}', "not understood"),
        ('{"type": "subscribe", "topic": "products"}', "not understood"),
        ('{"type": "subscribe", "topics": ["product"]}', "no topic product here; there is products, customers"),
        ('{"type": "subscribe", "after": ["42"]}', "no position"),
        ('{"type": "subscribe", "after": "e.p-0@42"}', "not understood"),
    ],
)
def test_what_is_not_understood_is_told(text: str, why: str) -> None:
    with pytest.raises(Malformed, match=why):
        parse(text, TOPICS)


LEAVES = st.none() | st.integers() | st.sampled_from(["subscribe", *TOPICS, "e.p-0@1", "\ud800"]) | st.text(max_size=5)
WISHES = st.dictionaries(st.sampled_from(["type", "topics", "after"]) | st.text(max_size=5), LEAVES | st.lists(LEAVES))


@given(WISHES.map(json.dumps) | st.text())
def test_whatever_is_said_is_a_wish_for_topics_that_are_there_or_told_in_words(text: str) -> None:
    assert topics_or_reason(text) <= {*TOPICS, "told in UTF-8"}


def topics_or_reason(text: str) -> frozenset[str]:
    try:
        return parse(text, TOPICS).topics
    except Malformed as error:
        error.message.encode()  # the last word on the socket, which must be UTF-8
        return frozenset({"told in UTF-8"})
