"""Appending to Kafka's topics."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from foldline.errors import LogError
from foldline.log.failures import tell
from foldline.log.kafka.clients import Clients
from foldline.log.kafka.errors import error_of, explain
from foldline.log.port import Failed, Headers

_SERVE_SECONDS = 0.05
"""How late a failed append is told of. A thread that waited for reports would be woken by every success as well."""

_GLANCE_SECONDS = 0.005
"""While it waits for the last records, a success wakes nobody."""

_logger = logging.getLogger(__name__)


class Writer:
    """One idempotent producer, made at the first append: a service that may not write has none."""

    def __init__(self, clients: Clients) -> None:
        """Nothing is connected yet."""
        self._clients = clients
        self._producer: Producer | None = None
        self._generation = 0
        self._fatal: KafkaError | None = None
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    def append(self, topic: str, key: bytes, value: bytes, headers: Headers, failed: Failed) -> None:
        """See the port."""
        report = self._report(topic, failed)
        with self._lock:
            try:
                self._ready().produce(topic, value, key, headers=list(headers), on_delivery=report)
            except BufferError as error:
                raise LogError(f"{topic}: too many records wait to be written already; try again") from error
            except KafkaException as error:
                raise explain(error_of(error), topic, self._clients.contact, "Write") from error

    def flush(self, timeout: float) -> bool:
        """See the port."""
        deadline = time.monotonic() + timeout  # by poll: a producer's own flush cannot tell of a fatal error
        while (producer := self._producer) is not None and len(producer):
            if time.monotonic() > deadline:
                return False
            with self._surviving():
                _poll(producer, _GLANCE_SECONDS)
        return True

    def close(self, timeout: float) -> None:
        """Write what waits, for `timeout` seconds at most; what is left fails."""
        self.flush(timeout)
        with self._lock:
            self._closing.set()
            producer, self._producer = self._producer, None
        if self._thread is not None:
            self._thread.join(timeout)
        if producer is not None:
            _end(producer)

    def _ready(self) -> Producer:
        if self._closing.is_set():
            raise LogError("the log is closed")
        if self._producer is not None and self._generation != self._clients.generation:
            _end(self._producer)  # what it holds fails: whether it was written is not known
            self._producer = None
        if self._producer is None:
            self._generation = self._clients.generation
            self._producer = self._clients.producer()
        if self._thread is None:
            self._thread = threading.Thread(target=self._serve, name="foldline-log-writer", daemon=True)
            self._thread.start()
        return self._producer

    def _report(self, topic: str, failed: Failed) -> Callable[[KafkaError | None, Message], None]:
        def report(error: KafkaError | None, _message: Message) -> None:
            if error is not None:
                tell(failed, explain(self._fatal or error, topic, self._clients.contact, "Write"))

        return report

    def _serve(self) -> None:
        """Hand on what the producer reports."""
        while not self._closing.wait(_SERVE_SECONDS):
            with self._surviving():
                if (producer := self._producer) is not None:
                    _poll(producer, 0)

    @contextmanager
    def _surviving(self) -> Iterator[None]:
        try:
            yield
        except KafkaException as error:
            if error_of(error).fatal():
                self._retire(error_of(error))
            else:
                _logger.exception("the producer goes on after an error")

    def _retire(self, fatal: KafkaError) -> None:
        """The producer writes no more: fail what it holds. The next append makes another."""
        with self._lock:
            producer, self._producer = self._producer, None
            self._fatal = fatal
        if producer is not None:
            _end(producer)
        self._fatal = None


def _poll(producer: Producer, timeout: float) -> None:
    """Hand on what it reports; one that another thread closed meanwhile has told all."""
    with suppress(RuntimeError):
        producer.poll(timeout)


def _end(producer: Producer) -> None:
    """Fail what was not written, tell of it, and let go of the producer's threads."""
    producer.purge()
    deadline = time.monotonic() + 1.0
    while len(producer) and time.monotonic() < deadline:
        with suppress(KafkaException):
            producer.poll(_GLANCE_SECONDS)
    producer.close()
