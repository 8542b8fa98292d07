"""Whether Kafka answers: librdkafka reports a lost connection twenty times a second, an operator needs it once."""

import logging
import threading
import time
from collections.abc import Callable

from confluent_kafka import KafkaError

from foldline.log.kafka.codes import ALL_DOWN, describe

_GRACE_SECONDS = 1.0
"""Shorter outages are not worth a line."""

_RETRY_SECONDS = 5.0
"""In an outage failure follows failure, sooner than this; one alone is an idle connection that the broker closed."""

_logger = logging.getLogger(__name__)


class Contact:
    """What all clients of one log know of the brokers, together. Safe to use from many threads."""

    def __init__(self, servers: str, clock: Callable[[], float] = time.monotonic) -> None:
        """`servers` as in `bootstrap.servers`; `clock` gives seconds."""
        self._clock = clock
        self.servers = servers
        self._trouble = "no answer"
        self._failing_since: float | None = None
        self._failed_last = 0.0
        self._reported = False
        self._lock = threading.Lock()

    @property
    def trouble(self) -> str:
        """Why Kafka did not answer when it last did not."""
        return self._trouble

    def answered(self) -> None:
        """A broker did what it was asked to."""
        if self._failing_since is None and not self._reported:
            return
        with self._lock:
            self._failing_since = None
            if self._reported:
                self._reported = False
                _logger.info("Kafka at %s answers again", self.servers)

    def unanswered(self) -> None:
        """A question got no answer in the time that it had."""
        with self._lock:
            self._report()

    def failed(self, error: KafkaError) -> None:
        """librdkafka's error callback."""
        if error.code() == ALL_DOWN:
            self._all_down()
        elif not error.fatal():
            self._trouble = describe(error)

    def _all_down(self) -> None:
        with self._lock:
            now = self._clock()
            if self._failing_since is None or now - self._failed_last > _RETRY_SECONDS:
                self._failing_since = now
            self._failed_last = now
            if now - self._failing_since >= _GRACE_SECONDS:
                self._report()

    def _report(self) -> None:
        if not self._reported:
            self._reported = True
            _logger.warning("Kafka at %s is out of reach, trying on: %s", self.servers, self._trouble)
