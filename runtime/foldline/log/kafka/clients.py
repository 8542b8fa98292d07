"""librdkafka's clients, set up as docs/design.md, section 6, asks for."""

import logging
from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

from confluent_kafka import Consumer, KafkaException, Producer
from confluent_kafka.admin import AdminClient

from foldline.affinity import on_cores
from foldline.errors import SettingsError
from foldline.log.kafka.contact import Contact
from foldline.log.kafka.options import problems_of, refused

_WRITING = {
    "acks": "all",
    "enable.idempotence": True,
    "linger.ms": 0,
    "partitioner": "murmur2_random",
    "delivery.report.only.error": True,
    "message.timeout.ms": 30_000,
    "message.max.bytes": 10_000_000,  # the topic's own limit is what counts
    "topic.metadata.propagation.max.ms": 5_000,  # how long an unknown topic may still turn up
}
_READING = {
    "enable.auto.commit": False,
    "auto.offset.reset": "error",
    "enable.partition.eof": True,
    "isolation.level": "read_committed",
    "fetch.wait.max.ms": 50,
    "fetch.queue.backoff.ms": 1,
    "queued.min.messages": 10_000,
}
_PICKING = {
    "fetch.wait.max.ms": 1,  # at the end of a partition, the next question waits for this answer
    "queued.min.messages": 1,
    "max.partition.fetch.bytes": 65_536,
}

C = TypeVar("C", AdminClient, Consumer, Producer)

_logger = logging.getLogger("foldline.log.kafka.librdkafka")


class Clients:
    """Makes clients of one cluster; what they learn about the brokers goes to one `contact`."""

    def __init__(self, servers: str, options: Mapping[str, str], client_id: str, cores: Collection[int] = ()) -> None:
        """`options` are librdkafka's; raises SettingsError for those that cannot be, or that the runtime sets itself.

        The clients' own threads run on `cores`, wherever Python's are bound to.
        """
        if problems := tuple(problems_of(options)):
            raise SettingsError(*problems)
        self.contact = Contact(servers)
        self.generation = 0
        """Counts how often clients were given up because they no longer find the brokers."""
        self._options = dict(options)
        self._cores = cores
        self._common = {
            "bootstrap.servers": servers,
            "client.id": client_id,
            "reconnect.backoff.max.ms": 1_000,
            "log.connection.close": False,
        }
        self._group = {"group.id": client_id}  # librdkafka wants one; no group is ever joined

    def give_up(self) -> None:
        """Let whoever holds a client make another.

        After a standstill, of a broker or of this machine, a client may have forgotten its last broker for good
        (librdkafka, issue 5301), while a new one finds it at once.
        """
        self.generation += 1

    def admin(self) -> AdminClient:
        """For questions about topics. It must outlive the futures that it gives."""
        return self._make(AdminClient, {})

    def producer(self) -> Producer:
        """For appends."""
        return self._make(Producer, _WRITING)

    def reader(self) -> Consumer:
        """For reading on."""
        return self._make(Consumer, _READING | self._group)

    def picker(self) -> Consumer:
        """For reading a few records here and there."""
        return self._make(Consumer, _READING | self._group | _PICKING)

    def _make(self, client: Callable[..., C], defaults: Mapping[str, Any]) -> C:
        config = {**self._common, **defaults, **self._options, "error_cb": self.contact.failed}
        try:
            with on_cores(self._cores):
                return client(config, logger=_Quiet())
        except KafkaException as error:
            raise SettingsError(refused(error.args[0].str(), self._options)) from error


class _Quiet:
    """librdkafka's log: what matters of it comes as an error too, and is reported once."""

    def log(self, _level: int, message: str, *args: object) -> None:
        _logger.debug(message, *args)
