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
class Size:
    """How much of a cluster a service takes."""

    instances: int = 2
    cpus: float = 0.5
    """Cores that an instance is sure to get; it may take more where others leave them."""
    memory: int = 256
    """MiB that an instance may take."""
    disk: int = 1024
    """MiB that an instance's state may take."""


@dataclass(frozen=True, slots=True)
class Deploy:
    """What a deployment needs to know besides the services."""

    image: str = "foldline"
    """The image that has the application and runs any of its services."""
    host: str | None = None
    """The name under which the outside finds it; None: under any."""
    brokers: str = "kafka:9092"
    """Where Kafka is, for systems that are not told otherwise: HOST:PORT,..."""


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
    deploy: Size = Size()

    @property
    def url(self) -> str:
        """Where it is on this machine, unless it is told to listen elsewhere."""
        return f"http://127.0.0.1:{self.port}"


@dataclass(frozen=True, slots=True)
class Topology:
    """The whole of topics.yaml, validated."""

    topics: Mapping[str, Topic]
    services: Mapping[str, Service]
    deploy: Deploy = Deploy()
