"""Questions about topics, to a Kafka that is not there."""

import gc
import socket
import weakref
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from foldline.errors import LogError
from foldline.log.kafka.log import KafkaLog
from foldline.log.port import Partition, TopicSpec

QUESTIONS: dict[str, Callable[[KafkaLog], object]] = {
    "describe": lambda log: log.describe(["t"], 0.2),
    "bounds": lambda log: log.bounds([Partition("t", 0)], 0.2),
    "create": lambda log: log.create([TopicSpec("t", 1)], 0.2),
}


@pytest.fixture
def nowhere() -> Iterator[str]:
    """An address where nobody listens."""
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture
def no_collector() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.usefixtures("no_collector")
def test_a_client_whose_questions_failed_is_freed_by_who_lets_go_of_it(nowhere: str, question: str) -> None:
    """The collector may run in the client's own thread, which must not free it: librdkafka aborts the process then."""
    log = KafkaLog(nowhere, {}, "test")
    client = weakref.ref(log._admin._client)
    with pytest.raises(LogError):
        QUESTIONS[question](log)
    log.close()
    assert client() is None
