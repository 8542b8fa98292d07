"""The log: whether it answers, what it is, and whether its topics are as declared."""

from collections.abc import Generator, Iterator
from contextlib import closing

from foldline.admin.checks.check import Check
from foldline.admin.logs import is_made
from foldline.admin.same_log import Identities
from foldline.errors import FoldlineError, LogError
from foldline.log.open import open_log
from foldline.log.port import Log
from foldline.settings import Settings
from foldline.topics import topic_problems
from foldline.topology import Topology

_PATIENCE = 3.0
"""Seconds that the log may take to answer."""


def check_log(settings: Settings, topology: Topology) -> Generator[Check, None, Identities | None]:
    """Whether services can write to it, and trust what they read; gives its topics, None where it cannot be read."""
    scheme, _, rest = settings.log.partition(":")
    if not is_made(settings):
        yield Check("log", "ok", f"{settings.log} is not made yet; the first service that is started makes it")
        return {}
    try:
        with closing(open_log(settings.log, settings.kafka, "foldline.doctor")) as log:
            identities = yield from _answering(log, settings, topology)
    except FoldlineError as error:
        yield Check("log", "fail", error.message, _how_to_reach(scheme))
        return None
    if scheme == "kafka":
        yield from _brokers(rest.removeprefix("//").rstrip("/"), settings)
    return identities


def _answering(log: Log, settings: Settings, topology: Topology) -> Generator[Check, None, Identities]:
    infos = log.describe([topic.spec.name for topic in topology.topics.values()], _PATIENCE)
    yield Check("log", "ok", f"{settings.log} answers")
    for topic in topology.topics.values():
        problems = topic_problems(topic.spec, infos, settings)
        name = f"topic {topic.name}"
        if not problems:
            yield Check(name, "ok", f"{topic.spec.name} is as declared")
        elif topic.spec.name not in infos and settings.log.startswith("sqlite:"):
            yield Check(name, "ok", f"{topic.spec.name} is not made yet; the first service that needs it makes it")
        elif topic.spec.name not in infos:
            yield Check(name, "fail", f"{topic.spec.name} is not on the log", "foldline topics create")
        else:
            yield from (
                Check(name, "fail", problem, "alter the topic, or what topics.yaml says") for problem in problems
            )
    return {name: info.identity for name, info in infos.items()}


def _brokers(servers: str, settings: Settings) -> Iterator[Check]:
    from foldline.log.kafka.brokers import brokers_of  # noqa: PLC0415 - the embedded log does without Kafka's library

    try:
        brokers = brokers_of(servers, settings.kafka, _PATIENCE)
    except LogError as error:
        yield Check("brokers", "fail", error.message, _how_to_reach("kafka"))
        return
    for broker in brokers:
        yield check_broker(broker.address, since_3_7=broker.since_3_7)


def check_broker(address: str, *, since_3_7: bool | None) -> Check:
    """Whether what a consumer sees there is durable."""
    match since_3_7:
        case True:
            return Check(f"broker {address}", "ok", "Kafka 3.7 or later")
        case False:
            return Check(
                f"broker {address}",
                "fail",
                "older than Kafka 3.7: a write may be read, and answered, and lost all the same (KAFKA-15583)",
                "upgrade it to 3.7 or later",
            )
    return Check(
        f"broker {address}", "warn", "it does not answer this machine", "is it up, and may this machine reach it?"
    )


def _how_to_reach(scheme: str) -> str:
    if scheme == "kafka":
        return "start it, or correct FOLDLINE_LOG and FOLDLINE_KAFKA_..."
    return "correct FOLDLINE_LOG, or what is in the way of the file"
