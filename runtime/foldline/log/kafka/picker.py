"""Reading a few records here and there, as histories do."""

import threading
import time

from confluent_kafka import Consumer, KafkaError, Message, TopicPartition

from foldline.errors import LogError
from foldline.log.kafka.admin import Admin
from foldline.log.kafka.clients import Clients
from foldline.log.kafka.codes import END, PASSING, TIMED_OUT
from foldline.log.kafka.errors import explain
from foldline.log.kafka.messages import take, without_errors
from foldline.log.port import Partition, Record
from foldline.log.records import record_of


class Picker:
    """One consumer that all callers share, one at a time; made when it is first needed."""

    def __init__(self, clients: Clients, admin: Admin) -> None:
        """`admin` is asked where a partition begins and ends."""
        self._clients = clients
        self._admin = admin
        self._consumer: Consumer | None = None
        self._lock = threading.Lock()

    def read(self, partition: Partition, start: int, limit: int, timeout: float) -> list[Record]:
        """See the port."""
        deadline = time.monotonic() + timeout
        bounds = self._admin.bounds([partition], timeout)[partition]
        start = max(start, bounds.first)
        if start >= bounds.end or limit < 1:
            return []
        if not self._lock.acquire(timeout=max(deadline - time.monotonic(), 0)):
            raise LogError(f"{partition.topic}: others kept reading for {timeout:g} s; try again")
        try:
            consumer = self._consumer = self._consumer or self._clients.picker()
            consumer.assign([TopicPartition(*partition, start)])
            try:
                return self._read(consumer, partition, limit, deadline)
            finally:
                consumer.unassign()
        finally:
            self._lock.release()

    def close(self) -> None:
        """Let go of the consumer."""
        with self._lock:
            if self._consumer is not None:
                self._consumer.close()

    def _read(self, consumer: Consumer, partition: Partition, limit: int, deadline: float) -> list[Record]:
        found: list[Record] = []
        while len(found) < limit and (left := deadline - time.monotonic()) > 0:
            messages = take(consumer, left, limit - len(found))
            found += map(record_of, without_errors(messages))
            for error in filter(None, map(Message.error, messages)):
                if error.code() == END:
                    return found
                if error.code() not in PASSING:
                    raise explain(error, partition.topic, self._clients.contact, "Read")
        if len(found) < limit:
            raise explain(KafkaError(TIMED_OUT), partition.topic, self._clients.contact, "Read")
        return found
