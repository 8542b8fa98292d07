"""The log on Kafka, put together."""

from collections.abc import Collection, Iterable, Mapping

from foldline.log.kafka.admin import Admin
from foldline.log.kafka.clients import Clients
from foldline.log.kafka.picker import Picker
from foldline.log.kafka.reader import KafkaReader
from foldline.log.kafka.writer import Writer
from foldline.log.port import Bounds, Failed, Headers, Partition, Reader, Record, TopicInfo, TopicSpec
from foldline.log.process import OneProcess

_CLOSE_SECONDS = 1.0
"""For what nobody waits for any more."""


class KafkaLog:
    """A Log (see the port) on a Kafka cluster. A cluster that is out of reach is waited for, not an error."""

    def __init__(self, servers: str, options: Mapping[str, str], client_id: str, cores: Collection[int] = ()) -> None:
        """`servers` is HOST:PORT,HOST:PORT; `options` are librdkafka's, and a wrong one raises SettingsError.

        librdkafka's threads run on `cores`; none given: where the thread may that makes a client.
        """
        self._process = OneProcess()
        self._clients = Clients(servers, options, client_id, cores)
        self._admin = Admin(self._clients)
        self._picker = Picker(self._clients, self._admin)
        self._writer = Writer(self._clients)

    def append(self, topic: str, key: bytes, value: bytes, headers: Headers, failed: Failed) -> None:
        """See the port."""
        self._process.check()
        self._writer.append(topic, key, value, headers, failed)

    def flush(self, timeout: float) -> bool:
        """See the port."""
        self._process.check()
        return self._writer.flush(timeout)

    def read_on(self, starts: Mapping[Partition, int]) -> Reader:
        """See the port; raises LogError for a partition that does not exist, and while Kafka does not answer."""
        self.bounds(starts)
        return KafkaReader(self._clients, starts)

    def read(self, partition: Partition, start: int, limit: int, timeout: float = 5.0) -> list[Record]:
        """See the port."""
        self._process.check()
        return self._picker.read(partition, start, limit, timeout)

    def bounds(self, partitions: Iterable[Partition], timeout: float = 5.0) -> Mapping[Partition, Bounds]:
        """See the port."""
        self._process.check()
        return self._admin.bounds(partitions, timeout)

    def describe(self, topics: Iterable[str], timeout: float = 5.0) -> Mapping[str, TopicInfo]:
        """See the port."""
        self._process.check()
        return self._admin.describe(topics, timeout)

    def create(self, specs: Iterable[TopicSpec], timeout: float = 10.0) -> None:
        """See the port."""
        self._process.check()
        self._admin.create(specs, timeout)

    def close(self) -> None:
        """See the port."""
        self._process.check()
        self._writer.close(_CLOSE_SECONDS)
        self._picker.close()
        self._admin.close()
