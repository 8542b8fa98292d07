"""What must fit together between the parts of topics.yaml."""

from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches
from typing import Any

from foldline.nearest import nearest
from foldline.topology.model import Service, Topology
from foldline.topology.topic_checks import CHECKED_SETTINGS

Path = tuple[Any, ...]
Problem = tuple[Path, str]
"""Where it is in the file, and what it is."""


def cross_problems(topology: Topology) -> Iterator[Problem]:
    """Every clash and every name that leads nowhere."""
    topics, services = topology.topics, topology.services
    yield from _clashes("topics", topics, str.lower)
    yield from _clashes("topics", topics, lambda name: _metric_name(topics[name].spec.name), "name")
    yield from _clashes("services", services, lambda name: services[name].port, "port")
    for name, topic in topics.items():
        yield from _misspelt_settings(("topics", name, "config"), topic.spec.config)
    for service in services.values():
        yield from _unknown_topics(service, topics)
        yield from _doubles(service)


def _metric_name(name: str) -> str:
    """Kafka refuses topics whose names differ only in dots and underscores, since its metrics mix them up."""
    return name.replace(".", "_")


def _clashes(
    section: str, names: Iterable[str], of: Callable[[str], Any], field: str | None = None
) -> Iterator[Problem]:
    taken: dict[Any, str] = {}
    for name in names:
        first = taken.setdefault(of(name), name)
        if first != name:
            path = (section, name) if field is None else (section, name, field)
            yield path, f"the same as that of {first}" if field else f"only its case sets it apart from {first}"


def _misspelt_settings(path: Path, config: Iterable[str]) -> Iterator[Problem]:
    """Names a little beside those that are checked; other unknown names are left to the broker, which knows them."""
    for name in config:
        if name not in CHECKED_SETTINGS and (close := get_close_matches(name, CHECKED_SETTINGS, n=1, cutoff=0.85)):
            yield (*path, name), f"Kafka has no such setting; did you mean {close[0]}?"


def _unknown_topics(service: Service, topics: Iterable[str]) -> Iterator[Problem]:
    for index, name in enumerate(service.topics):
        if name not in topics:
            yield ("services", service.name, "topics", index), f"there is no topic {name}{nearest(name, topics)}"


def _doubles(service: Service) -> Iterator[Problem]:
    for section in ("topics", "commands", "queries", "projectors"):
        names = getattr(service, section)
        for index, name in enumerate(names):
            if name in names[:index]:
                yield ("services", service.name, section, index), f"{name} stands here a second time"
