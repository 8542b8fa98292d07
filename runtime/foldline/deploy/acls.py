"""What each service must be allowed on the log's topics, and nothing beyond it."""

from collections.abc import Mapping
from shlex import quote
from typing import NamedTuple

from foldline.functions.application import Application
from foldline.topology import Service, Topology

_FOLDING = ("Read", "DescribeConfigs")
"""Kafka tells whoever may read a topic where it begins and ends, too; its settings are checked at each start."""

_WRITING = (*_FOLDING, "Write")
_CREATING = ("Create", "Describe", "DescribeConfigs")


class Need(NamedTuple):
    """Operations on one topic, spelled as Kafka's ACLs spell them. Nothing is needed on groups, nor on the cluster."""

    service: str
    topic: str
    """The log's name of it."""
    operations: tuple[str, ...]


def needs(topology: Topology, applications: Mapping[str, Application] | None = None) -> list[Need]:
    """What every service needs: to read what it folds, and to write where it has commands or repairs.

    `applications`, by service, say which topics its commands write; without them it is taken to be all that it folds.
    """
    found = []
    for service in topology.services.values():
        written = _written(service, applications)
        for name in service.topics:
            operations = _WRITING if name in written else _FOLDING
            found.append(Need(service.name, topology.topics[name].spec.name, operations))
    return found


def needs_to_create(topology: Topology, user: str) -> list[Need]:
    """What `user` needs for `foldline topics create`."""
    return [Need(user, topic.spec.name, _CREATING) for topic in topology.topics.values()]


def kafka_acls(need: Need, principal: str) -> str:
    """The arguments of kafka-acls.sh that grant it to `principal` (`User:products`)."""
    operations = " ".join(f"--operation {operation}" for operation in need.operations)
    return f"--add --allow-principal {quote(principal)} {operations} --topic {quote(need.topic)}"


def _written(service: Service, applications: Mapping[str, Application] | None) -> tuple[str, ...]:
    if applications is not None:
        return applications[service.name].repaired_topics
    return service.topics if service.commands or service.repairs else ()
