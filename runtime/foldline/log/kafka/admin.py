"""Questions about topics, and their creation."""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any, TypeVar

from confluent_kafka import IsolationLevel, KafkaError, KafkaException, TopicCollection, TopicPartition
from confluent_kafka.admin import AdminClient, ConfigEntry, ConfigResource, NewTopic, OffsetSpec, TopicDescription

from foldline.errors import LogError
from foldline.log.kafka.clients import Clients
from foldline.log.kafka.codes import EXISTS, SETTLING, SILENCE, TIMED_OUT, UNKNOWN_TOPIC
from foldline.log.kafka.errors import error_of, explain
from foldline.log.port import Bounds, Partition, TopicInfo, TopicSpec

_PAUSE_SECONDS = 0.05

_SEEING = "Read (or Describe, if it only creates topics)"

_PATIENCE_SECONDS = 5.0
"""A client that does nothing but fail for so long is given up."""

_KNOCK_SECONDS = 1.5
"""In this time a client that is not let in has tried again: it rests for a second at most."""

T = TypeVar("T")


class Admin:
    """Safe to use from many threads."""

    def __init__(self, clients: Clients) -> None:
        """Make the client; it connects by itself."""
        self._clients = clients
        self._contact = clients.contact
        self._client: AdminClient | None = clients.admin()
        self._failing_since: float | None = None

    def describe(self, topics: Iterable[str], timeout: float) -> Mapping[str, TopicInfo]:
        """See the port."""
        names = sorted(set(topics))
        timeout = self._patience(timeout)
        deadline = time.monotonic() + timeout
        with self._asking(names, _SEEING) as client:
            found = _describe(client, names, timeout) if names else {}
        with self._asking(names, "DescribeConfigs") as client:
            config = _config(client, list(found), _left(deadline)) if found else {}
        return {name: _info(found[name], entries) for name, entries in config.items()}

    def bounds(self, partitions: Iterable[Partition], timeout: float) -> Mapping[Partition, Bounds]:
        """See the port."""
        asked = sorted(set(partitions))
        timeout = self._patience(timeout)
        with self._asking(sorted({partition.topic for partition in asked}), _SEEING) as client:
            return _again_while(client, SETTLING, lambda left: _bounds(client, asked, left), timeout)

    def create(self, specs: Iterable[TopicSpec], timeout: float) -> None:
        """See the port."""
        wanted = {spec.name: spec for spec in specs}
        names = list(wanted)
        deadline = time.monotonic() + timeout
        with self._asking(names, "Create") as client:
            if wanted:
                _create(client, wanted.values(), timeout)
                _again_while(client, SETTLING | UNKNOWN_TOPIC, lambda left: _use(client, names, left), _left(deadline))

    def close(self) -> None:
        """Let go of the client and its threads; questions under way are answered first."""
        self._client = None

    def _patience(self, timeout: float) -> float:
        """Who was not let in when it last came knocks again, and need not wait for long."""
        return min(timeout, _KNOCK_SECONDS) if self._contact.denied else timeout

    @contextmanager
    def _asking(self, topics: Collection[str], operation: str) -> Iterator[AdminClient]:
        """Whatever is asked within needs the right to do this `operation` on the topics."""
        client = self._client
        if client is None:
            raise LogError("the log is closed")
        client.poll(0)  # hands on what it learned of its connections
        try:
            yield client
        except KafkaException as error:
            client.poll(0)
            if error_of(error).code() in SILENCE:
                self._contact.unanswered()
            self._failed(client)
            subject = ", ".join(error.args[1] if len(error.args) > 1 else topics)
            raise explain(error_of(error), subject, self._contact, operation) from error
        self._failing_since = None
        self._contact.answered()

    def _failed(self, client: AdminClient) -> None:
        """Where nothing but failures came for long, ask by another client from now on."""
        now = time.monotonic()
        if self._failing_since is None:
            self._failing_since = now
        elif now - self._failing_since > _PATIENCE_SECONDS and self._client is client:
            self._failing_since = None
            self._clients.give_up()
            self._client = self._clients.admin()


def _again_while(client: AdminClient, passing: Collection[int], ask: Callable[[float], T], timeout: float) -> T:
    """Ask until there is an answer, another error than these, or no time left."""
    deadline = time.monotonic() + timeout
    while True:
        try:
            return ask(_left(deadline))
        except KafkaException as error:
            if error_of(error).code() not in passing or time.monotonic() > deadline:
                raise
        time.sleep(_PAUSE_SECONDS)
        client.list_topics(timeout=_left(deadline))  # else it goes on asking those who led a quarter of an hour ago


def _left(deadline: float) -> float:
    """Seconds for a request: there is no such thing as none at all."""
    return max(deadline - time.monotonic(), _PAUSE_SECONDS)


def _describe(client: AdminClient, names: list[str], timeout: float) -> dict[str, TopicDescription]:
    futures = client.describe_topics(TopicCollection(names), request_timeout=timeout)
    return _results(futures, but=UNKNOWN_TOPIC)


def _config(client: AdminClient, names: list[str], timeout: float) -> dict[str, dict[str, ConfigEntry]]:
    resources = [ConfigResource(ConfigResource.Type.TOPIC, name) for name in names]
    found = _results(client.describe_configs(resources, request_timeout=timeout), but=UNKNOWN_TOPIC)
    return {resource.name: entries for resource, entries in found.items()}


def _bounds(client: AdminClient, partitions: list[Partition], timeout: float) -> Mapping[Partition, Bounds]:
    if not partitions:
        return {}
    asked = {partition: TopicPartition(*partition) for partition in partitions}
    firsts = client.list_offsets({at: OffsetSpec.earliest() for at in asked.values()}, request_timeout=timeout)
    ends = client.list_offsets(
        {at: OffsetSpec.latest() for at in asked.values()},
        isolation_level=IsolationLevel.READ_COMMITTED,
        request_timeout=timeout,
    )
    first, end = _results(firsts), _results(ends)
    if any(found.offset < 0 for found in (*first.values(), *end.values())):  # no answer in time comes as no error
        raise KafkaException(KafkaError(TIMED_OUT))
    return {partition: Bounds(first[at].offset, end[at].offset) for partition, at in asked.items()}


def _create(client: AdminClient, specs: Iterable[TopicSpec], timeout: float) -> None:
    topics = [NewTopic(spec.name, spec.partitions, spec.replication, config=dict(spec.config)) for spec in specs]
    _results(client.create_topics(topics, request_timeout=timeout), but={EXISTS})


def _use(client: AdminClient, names: list[str], timeout: float) -> None:
    """Ask every partition's leader something, which it can answer only once it knows of the topic."""
    topics = _results(client.describe_topics(TopicCollection(names), request_timeout=timeout))
    _bounds(client, [Partition(name, at.id) for name, topic in topics.items() for at in topic.partitions], timeout)


def _results(futures: Mapping[Any, Future[Any]], but: Collection[int] = ()) -> dict[Any, Any]:
    """What the futures give, without those that fail with a code of `but`.

    Raises KafkaException of the first error and, as its second argument, the names of all topics that failed alike.
    Nothing that is left holds the client: if the cycle collector freed it, and did so in the client's own thread, which
    runs the futures' callbacks, librdkafka would abort the process.
    """
    results: dict[Any, Any] = {}
    failed: dict[str, KafkaError] = {}
    for asked, future in futures.items():
        try:
            results[asked] = future.result()
        except KafkaException as error:
            error.__traceback__ = None  # a cycle: its frames hold the client and the futures, which hold it
            if error_of(error).code() not in but:
                failed[_topic_of(asked)] = error_of(error)
    if failed:
        first = next(iter(failed.values()))
        raise KafkaException(first, sorted(name for name, error in failed.items() if error.code() == first.code()))
    return results


def _topic_of(asked: str | ConfigResource | TopicPartition) -> str:
    match asked:
        case ConfigResource():
            return asked.name
        case TopicPartition():
            return asked.topic
    return asked


def _info(topic: TopicDescription, config: Mapping[str, ConfigEntry]) -> TopicInfo:
    return TopicInfo(
        name=topic.name,
        identity=str(topic.topic_id),
        partitions=len(topic.partitions),
        replication=min((len(partition.replicas) for partition in topic.partitions), default=0),
        config={name: entry.value for name, entry in config.items() if entry.value is not None},
    )
