"""Topics on the log, beside what topics.yaml says of them."""

from foldline.admin.logs import find_topic, partitions_of, size_of
from foldline.errors import TopicMismatch
from foldline.log.port import Log, TopicInfo
from foldline.settings import Settings
from foldline.table import Row
from foldline.topics import topic_problems
from foldline.topology import Topology

COLUMNS = ("topic", "name", "partitions", "replication", "records", "state")
"""Of a topic's row, what fits on a line."""


def topic_rows(log: Log, topology: Topology, settings: Settings) -> list[Row]:
    """The declared topics: topic, name, identity, partitions, replication, records, state, problems.

    The state is `ok`, `missing` or `differs`.
    """
    infos = log.describe([topic.spec.name for topic in topology.topics.values()])
    return [
        _row(log, name, topic.spec.name, infos.get(topic.spec.name), topic_problems(topic.spec, infos, settings))
        for name, topic in topology.topics.items()
    ]


def check_rows(rows: list[Row]) -> None:
    """Raise TopicMismatch that says all that is wrong with these topics."""
    if problems := [problem for row in rows for problem in row["problems"]]:
        raise TopicMismatch(*problems)


def describe_topic(log: Log, topology: Topology, name: str) -> Row:
    """One topic as it is on the log: name, identity, partitions, replication, offsets of each partition, config."""
    info = find_topic(log, topology, name)
    bounds = log.bounds(partitions_of(info))
    return {
        "name": info.name,
        "identity": info.identity,
        "partitions": info.partitions,
        "replication": info.replication,
        "offsets": [{"partition": at.number, "first": first, "end": end} for at, (first, end) in bounds.items()],
        "config": dict(sorted(info.config.items())),
    }


def _row(log: Log, topic: str, name: str, info: TopicInfo | None, problems: list[str]) -> Row:
    return {
        "topic": topic,
        "name": name,
        "identity": None if info is None else info.identity,
        "partitions": None if info is None else info.partitions,
        "replication": None if info is None else info.replication,
        "records": None if info is None else size_of(log.bounds(partitions_of(info))),
        "state": "missing" if info is None else "differs" if problems else "ok",
        "problems": problems,
    }
