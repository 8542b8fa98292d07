"""What topics.yaml says, validated and frozen."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from foldline.log.port import TopicSpec


@dataclass(frozen=True, slots=True)
class Topic:
    """One kind of entity, and the topic that records what happens to it."""

    name: str
    """As functions call it: `products`."""
    spec: TopicSpec
    """As the log has it: `eventbus.products`, its partitions, replication and settings."""
    schema: str
    """`module:Class` of the marshmallow schema of its entities."""
    upcast: str | None
    """`module:function` that makes an old payload a new one, on read; None: there is none."""


@dataclass(frozen=True, slots=True)
class Service:
    """A named group of functions, served by one container."""

    name: str
    port: int
    state: Literal["file", "memory"]
    topics: tuple[str, ...]
    """Names of the topics that it folds."""
    commands: tuple[str, ...]
    """`products` (all of functions/commands/products.py) or `products.update` (one of them)."""
    queries: tuple[str, ...]
    projectors: tuple[str, ...]
    web: str | None
    """The package of a page of its own; None: it has none."""
    repairs: bool
    """Whether it writes repairs to topics on which it has no commands."""


@dataclass(frozen=True, slots=True)
class Topology:
    """The whole of topics.yaml, validated."""

    topics: Mapping[str, Topic]
    services: Mapping[str, Service]
