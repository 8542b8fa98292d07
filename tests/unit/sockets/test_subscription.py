"""What clients say, understood or not."""

import pytest

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
