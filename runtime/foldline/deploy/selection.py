"""A part of what topics.yaml says: one service, with all of its functions or some."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from foldline.errors import NotFound
from foldline.functions.application import Application
from foldline.functions.definition import Command, Projector, Query
from foldline.nearest import nearest
from foldline.topology import Topology

Selection = Mapping[str, tuple[str, ...]]
"""The functions that a service keeps, by kind, as topics.yaml lists them: `{"queries": ("products.browse",)}`."""

_KINDS = ("commands", "queries", "projectors")


def choose(application: Application, names: Collection[str]) -> Selection:
    """The service's functions of these names; raises NotFound."""
    functions: dict[str, tuple[Command | Query | Projector, ...]]
    functions = {"commands": application.commands, "queries": application.queries, "projectors": application.projectors}
    known = {function.name for kind in functions.values() for function in kind}
    for name in names:
        if name not in known:
            raise NotFound(f"{application.service.name} has no function {name}{nearest(name, known)}")
    return {
        kind: tuple(_as_listed(function) for function in functions[kind] if function.name in names) for kind in _KINDS
    }


def narrowed(topology: Topology, service: str, kept: Selection | None) -> Topology:
    """The topology of this service alone; with `kept`, of these functions and without its page."""
    alone = topology.services[service]
    if kept is not None:
        commands, queries, projectors = (kept[kind] for kind in _KINDS)
        alone = replace(alone, commands=commands, queries=queries, projectors=projectors, web=None)
    topics = {name: topic for name, topic in topology.topics.items() if name in alone.topics}
    return replace(topology, topics=topics, services={service: alone})


def only(document: Mapping[str, Any], service: str, kept: Selection | None) -> dict[str, Any]:
    """The same of what topics.yaml says, for a topics.yaml of its own."""
    entry = dict(document["services"][service])
    if kept is not None:
        entry = {key: value for key, value in entry.items() if key not in {*_KINDS, "web"}}
        entry |= {kind: [*names] for kind, names in kept.items() if names}
    topics = {name: topic for name, topic in document["topics"].items() if name in entry["topics"]}
    return {**document, "topics": topics, "services": {service: entry}}


def _as_listed(function: Command | Query | Projector) -> str:
    return f"{Path(function.source.file).stem}.{function.function.__name__}"
