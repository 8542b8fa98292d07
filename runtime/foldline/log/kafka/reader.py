"""Reading on in Kafka's partitions as they grow."""

from collections.abc import Mapping, Sequence

from confluent_kafka import KafkaError, TopicPartition
from confluent_kafka import Message as KafkaMessage

from foldline.errors import LogCut, LogError
from foldline.log.kafka.clients import Clients
from foldline.log.kafka.codes import CUT, END, PASSING
from foldline.log.kafka.errors import explain
from foldline.log.kafka.messages import last_of_each, place_of, take, without_errors
from foldline.log.port import Message, Partition

_LONGEST_WAIT = 0.1
"""Seconds: nothing ends a wait of librdkafka's but records, so that it is ended soon by itself."""


class KafkaReader:
    """A Reader (see the port): a consumer with fixed partitions, without a group."""

    def __init__(self, clients: Clients, starts: Mapping[Partition, int]) -> None:
        """Begin to fetch from these offsets."""
        self._contact = clients.contact
        self._positions = dict(starts)
        self._last: dict[Partition, Message] = {}
        self._failure: LogError | None = None
        self._consumer = clients.reader()
        self._consumer.assign([TopicPartition(*partition, offset) for partition, offset in starts.items()])

    def poll(self, timeout: float, limit: int) -> Sequence[Message]:
        """See the port."""
        messages = take(self._consumer, min(timeout, _LONGEST_WAIT), limit)
        found = without_errors(messages)
        for partition, last in last_of_each(found, len(self._positions)).items():
            self._last[partition] = last
            self._positions[partition] = last.offset() + 1
        if len(found) < len(messages):
            for message in messages:
                if (error := message.error()) is not None:
                    self._take_in(error, message)
        if found:
            self._contact.answered()
        elif self._failure is not None:
            raise self._fail(self._failure)
        return found

    def wake(self) -> None:
        """See the port."""

    def positions(self) -> Mapping[Partition, int]:
        """See the port."""
        return dict(self._positions)

    def last(self) -> Mapping[Partition, Message]:
        """See the port."""
        return self._last

    def close(self) -> None:
        """See the port."""
        self._consumer.close()

    def _take_in(self, error: KafkaError, message: KafkaMessage) -> None:
        partition, offset = place_of(message)
        code = error.code()
        if code == END:
            self._contact.answered()
            self._positions[partition] = max(offset, self._positions[partition])  # markers end it, not a record
        elif code == CUT:
            start = self._positions[partition]
            self._failure = LogCut(f"{partition.topic}-{partition.number} does not hold offset {start}")
        elif code not in PASSING:
            self._failure = self._failure or explain(error, partition.topic, self._contact, "Read")

    def _fail(self, failure: LogError) -> LogError:
        """A cut log stays cut; all else may pass."""
        self._failure = failure if isinstance(failure, LogCut) else None
        return failure
