"""Topics on the log: made, and held against topics.yaml."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from foldline.errors import TopicMismatch
from foldline.log.port import Log, TopicInfo, TopicSpec
from foldline.settings import Settings
from foldline.topology import Topic
from foldline.topology.topic_checks import IN_SYNC, differences, problems_of


def create_topics(log: Log, topics: Iterable[Topic], settings: Settings) -> list[str]:
    """Create those that do not exist yet; gives their names on the log.

    With low replication allowed they get one replica, as a single broker can give.
    """
    low = "low-replication" in settings.allow
    specs = {topic.spec.name: _without_replicas(topic.spec) if low else topic.spec for topic in topics}
    missing = sorted(set(specs) - set(log.describe(specs)))
    log.create(specs[name] for name in missing)
    return missing


def check_topics(log: Log, topics: Iterable[Topic], settings: Settings) -> None:
    """Raise TopicMismatch that says all that is wrong with the topics as they are on the log."""
    topics = tuple(topics)
    infos = log.describe([topic.spec.name for topic in topics])
    problems = [problem for topic in topics for problem in topic_problems(topic.spec, infos, settings)]
    if problems:
        raise TopicMismatch(*problems)


def _without_replicas(spec: TopicSpec) -> TopicSpec:
    return replace(spec, replication=1, config={**spec.config, IN_SYNC: "1"})


def topic_problems(spec: TopicSpec, infos: Mapping[str, TopicInfo], settings: Settings) -> list[str]:
    """What is wrong with one topic on the log, each with its name; empty: it can be used."""
    info = infos.get(spec.name)
    if info is None:
        return [f"{spec.name}: it is not on the log; `foldline topics create` makes what is missing"]
    found = dict.fromkeys(differences(spec, info, allow=settings.allow))
    found |= dict.fromkeys(
        problems_of(
            info.config,
            info.replication,
            deadline=settings.deadline,
            key_window=settings.key_window,
            allow=settings.allow,
        )
    )
    return [f"{spec.name}: {problem}" for problem in found]
