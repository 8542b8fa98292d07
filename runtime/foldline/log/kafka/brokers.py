"""What brokers are, as far as they say it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from foldline.errors import LogError
from foldline.log.kafka.codes import describe
from foldline.log.kafka.errors import error_of

_FETCH = re.compile(r"ApiKey Fetch \(1\) Versions \d+\.\.(\d+)")
_SINCE_3_7 = 16
"""The version of Fetch requests that came with Kafka 3.7 (KIP-951)."""


@dataclass(frozen=True, slots=True)
class Broker:
    """One broker of the cluster."""

    address: str
    since_3_7: bool | None
    """Whether it is of Kafka 3.7 or later; None: it was not seen."""


def brokers_of(servers: str, options: Mapping[str, str], timeout: float = 5.0) -> list[Broker]:
    """All brokers of the cluster, each asked for itself; raises LogError where none answers.

    A broker tells no client its version, only which versions of each request it takes. librdkafka writes that into its
    log, whatever the connection is secured by.
    """
    addresses, _ = _meet(servers, options, timeout)
    return [Broker(address, is_since_3_7(_said_by(address, options, timeout))) for address in addresses]


def is_since_3_7(lines: Iterable[str]) -> bool | None:
    """By librdkafka's log of what a broker takes; None where it does not say."""
    taken = [int(match[1]) for line in lines if (match := _FETCH.search(line))]
    return min(taken) >= _SINCE_3_7 if taken else None


def _said_by(address: str, options: Mapping[str, str], timeout: float) -> list[str]:
    try:
        return _meet(address, options, timeout)[1]
    except LogError:
        return []


def _meet(servers: str, options: Mapping[str, str], timeout: float) -> tuple[list[str], list[str]]:
    """The addresses of all brokers, and what librdkafka wrote while it met those of `servers`."""
    heard = _Heard()
    client = AdminClient({**options, "bootstrap.servers": servers, "debug": "feature"}, logger=heard)
    try:
        brokers = client.list_topics(timeout=timeout).brokers
    except KafkaException as error:
        raise LogError(f"Kafka at {servers} did not answer: {describe(error_of(error))}") from error
    client.poll(0)  # hands on what was logged
    return [f"{broker.host}:{broker.port}" for _, broker in sorted(brokers.items())], heard.lines


class _Heard:
    """librdkafka's log, kept."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def log(self, _level: int, message: str, *args: object) -> None:
        self.lines.append(message % args if args else message)
