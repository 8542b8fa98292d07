"""Whether Kafka answers: librdkafka reports a lost connection twenty times a second, an operator needs it once."""

import logging
import threading
import time
from collections.abc import Callable

from confluent_kafka import KafkaError

from foldline.log.kafka.codes import ALL_DOWN, NOT_LET_IN, TLS, describe

_GRACE_SECONDS = 1.0
"""Shorter outages are not worth a line."""

_RETRY_SECONDS = 5.0
"""In an outage failure follows failure, sooner than this; one alone is an idle connection that the broker closed."""

_CLOSED = "it closes each connection at once; FOLDLINE_KAFKA_SECURITY_PROTOCOL may be another than the listener's"

_OF_TLS = "SSL routines"
"""In OpenSSL's errors: librdkafka gives them, now and then, as those of a lost connection."""

_logger = logging.getLogger(__name__)


class Contact:
    """What all clients of one log know of the brokers, together. Safe to use from many threads."""

    def __init__(self, servers: str, clock: Callable[[], float] = time.monotonic) -> None:
        """`servers` as in `bootstrap.servers`; `clock` gives seconds."""
        self._clock = clock
        self.servers = servers
        self._trouble: KafkaError | None = None
        self._failing_since: float | None = None
        self._failed_last = 0.0
        self._reported = False
        self._lock = threading.Lock()

    @property
    def trouble(self) -> str:
        """Why Kafka does not answer, as far as it is known."""
        if self._trouble is not None:
            return describe(self._trouble)
        return "no answer" if self._failing_since is None else _CLOSED

    @property
    def denied(self) -> bool:
        """Whether the brokers are there, and do not take this way of connecting or these credentials."""
        return self._trouble is not None and self._trouble.code() in NOT_LET_IN

    def answered(self) -> None:
        """A broker did what it was asked to."""
        if self._failing_since is None and not self._reported:
            return
        with self._lock:
            self._failing_since = self._trouble = None
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
            self._trouble = KafkaError(TLS, error.str()) if _OF_TLS in error.str() else error

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
            what = "does not let this service in" if self.denied else "is out of reach"
            _logger.warning("Kafka at %s %s, trying on: %s", self.servers, what, self.trouble)
