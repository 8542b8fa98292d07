"""A service with all that it runs, checked and ready to be served."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from marshmallow import Schema

from foldline.event import Entity
from foldline.functions.definition import Command, Projector, Query
from foldline.topology import Service, Topic


@dataclass(frozen=True, slots=True)
class LoadedTopic:
    """A topic with the code that belongs to it."""

    declared: Topic
    schema: type[Schema]
    upcast: Callable[[Entity], Entity] | None


@dataclass(frozen=True, slots=True)
class Application:
    """One service's functions and topics."""

    service: Service
    topics: Mapping[str, LoadedTopic]
    """The topics that it folds, by name."""
    commands: tuple[Command, ...]
    queries: tuple[Query, ...]
    projectors: tuple[Projector, ...]
    version: str
    """Changes whenever the code of its functions changes (a short digest): part of a list's ETag."""
