import pytest
from confluent_kafka import murmur2 as librdkafkas_partition
from hypothesis import given
from hypothesis import strategies as st

from foldline.log.partitioner import murmur2, partition_of


@pytest.mark.parametrize(
    ("text", "digest"),
    [
        ("21", -973932308),
        ("foobar", -790332482),
        ("a-little-bit-long-string", -985981536),
        ("a-little-bit-longer-string", -1486304829),
        ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
        ("abc", 479470107),
    ],
)
def test_a_digest_is_that_of_javas_client(text: str, digest: int) -> None:
    assert murmur2(text.encode()) == digest % 2**32


@given(st.binary(min_size=1, max_size=64), st.integers(1, 1000))
def test_a_key_lives_where_librdkafka_puts_it(key: bytes, partitions: int) -> None:
    assert partition_of(key, partitions) == librdkafkas_partition(key, partitions)
