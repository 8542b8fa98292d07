"""Which partition a key lives in: murmur2, as Kafka's Java clients hash, so that every tool agrees."""

import struct

_WORD = 0xFFFFFFFF
_FACTOR = 0x5BD1E995
_SEED = 0x9747B28C


def partition_of(key: bytes, partitions: int) -> int:
    """The partition, 0 to `partitions` - 1, of a record with this key."""
    if partitions == 1:
        return 0
    return (murmur2(key) & 0x7FFFFFFF) % partitions


def murmur2(data: bytes) -> int:
    """The 32-bit hash, unsigned."""
    words, rest = divmod(len(data), 4)
    digest = _SEED ^ len(data)
    for word in struct.unpack_from(f"<{words}I", data):
        mixed = word * _FACTOR & _WORD
        mixed = (mixed ^ mixed >> 24) * _FACTOR & _WORD
        digest = digest * _FACTOR & _WORD ^ mixed
    if rest:
        digest = (digest ^ int.from_bytes(data[-rest:], "little")) * _FACTOR & _WORD
    digest = (digest ^ digest >> 13) * _FACTOR & _WORD
    return digest ^ digest >> 15
