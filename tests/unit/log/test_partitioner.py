import pytest

from foldline.log.partitioner import partition_of


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
def test_a_key_lives_where_javas_client_puts_it(text: str, digest: int) -> None:
    for partitions in (1, 2, 3, 1000, 2**31 - 1):
        assert partition_of(text.encode(), partitions) == (digest & 0x7FFFFFFF) % partitions
