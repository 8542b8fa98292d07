"""Reads topics.yaml, and tells all its mistakes at once."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from marshmallow import ValidationError

from foldline.errors import TopologyError
from foldline.log.port import TopicSpec
from foldline.nearest import nearest
from foldline.topology.cross_checks import cross_problems
from foldline.topology.document import Document, read_document
from foldline.topology.fields import TopologyFields, known_fields
from foldline.topology.model import Deploy, Service, Size, Topic, Topology
from foldline.topology.topic_checks import default_config, problems_of


def read_topology(
    path: Path, *, deadline: float = 10.0, key_window: float = 86_400.0, allow: Collection[str] = frozenset()
) -> Topology:
    """Read and check the whole file; raises TopologyError that names every mistake and its line.

    `deadline` and `key_window` are seconds, `allow` the checks to give up: the settings FOLDLINE_DEADLINE,
    FOLDLINE_KEY_WINDOW and FOLDLINE_ALLOW, on which topics' settings depend.
    """
    document = read_document(path)
    topology = _build(_validated(document))
    problems = [*cross_problems(topology)]
    for name, topic in topology.topics.items():
        found = problems_of(
            topic.spec.config, topic.spec.replication, deadline=deadline, key_window=key_window, allow=allow
        )
        problems += [(("topics", name, "config"), problem) for problem in found]
    if problems:
        raise TopologyError(*(f"{document.where(path)}: {problem}" for path, problem in problems))
    return topology


def _validated(document: Document) -> Mapping[str, Any]:
    try:
        data: Mapping[str, Any] = TopologyFields().load({} if document.data is None else document.data)
    except ValidationError as error:
        raise TopologyError(
            *(f"{document.where(path)}: {message}" for path, message in _flat(error.messages, ()))
        ) from error
    return data


def _flat(messages: Any, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], str]]:
    """marshmallow's tree of messages as pairs of a path and a message."""
    match messages:
        case dict():
            for step, inner in messages.items():
                yield from _flat(inner, path if step == "_schema" else (*path, step))
        case list():
            for message in messages:
                yield from _flat(message, path)
        case "Unknown field.":
            yield path, f"it is unknown{nearest(str(path[-1]), known_fields(path))}"
        case _:
            yield path, str(messages)


def _build(data: Mapping[str, Any]) -> Topology:
    topics = {name: _topic(name, fields) for name, fields in data["topics"].items()}
    services = {name: _service(name, fields) for name, fields in data["services"].items()}
    return Topology(MappingProxyType(topics), MappingProxyType(services), Deploy(**data["deploy"]))


def _topic(name: str, fields: Mapping[str, Any]) -> Topic:
    replication = fields["replication"]
    declared = {setting: _as_kafka_writes(value) for setting, value in fields["config"].items()}
    config = MappingProxyType(default_config(replication) | declared)
    spec = TopicSpec(fields["name"], fields["partitions"], replication, config)
    return Topic(name, spec, fields["schema"], fields["upcast"])


def _service(name: str, fields: Mapping[str, Any]) -> Service:
    values: dict[str, Any] = {key: tuple(value) if type(value) is list else value for key, value in fields.items()}
    return Service(name, **values | {"deploy": Size(**fields["deploy"])})


def _as_kafka_writes(value: bool | float | str) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
