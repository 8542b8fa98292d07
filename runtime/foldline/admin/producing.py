"""Records that no command decided, put on a topic by hand."""

from foldline import wire
from foldline.admin.logs import scan
from foldline.errors import LogError, Malformed
from foldline.event import Entity
from foldline.log.partitioner import partition_of
from foldline.log.port import Bounds, Log, Partition, Record, TopicInfo

_WRITE_SECONDS = 30.0


def foreign_value(id: str, entity: Entity | None) -> bytes:
    """The value of a record that sets an entity, or removes it (None); raises Malformed."""
    try:
        wire.read_key(id.encode())
        return wire.remove_value(id, None) if entity is None else wire.set_value(id, entity)
    except (LogError, TypeError, ValueError) as error:
        raise Malformed(f"{id!r} cannot be written: {error}") from None


def produce_record(log: Log, topic: TopicInfo, id: str, value: bytes) -> Record:
    """Append a record without headers, as another program might, and return it once it is durable.

    It says not what it follows, so it counts whatever was there. Raises LogError.
    """
    key = id.encode()
    partition = Partition(topic.name, partition_of(key, topic.partitions))
    before = log.bounds([partition])[partition].end
    failures: list[LogError] = []
    log.append(topic.name, key, value, (), failures.append)
    if not log.flush(_WRITE_SECONDS) or failures:
        raise failures[0] if failures else LogError(f"{topic.name}: the log did not confirm the record in time")
    end = log.bounds([partition])[partition].end
    written = [r for r in scan(log, {partition: Bounds(before, end)}) if (r.key, r.value) == (key, value)]
    if not written:
        raise LogError(f"{topic.name}: the record is written, but was not seen on the log; look with `events tail`")
    return written[0]
