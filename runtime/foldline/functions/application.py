"""A service with all that it runs, checked and ready to be served."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from marshmallow import Schema

from foldline.event import Entity
from foldline.functions.definition import Command, Projector, Query
from foldline.functions.web import WebPage
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
    page: WebPage | None = None
    """A page of its own; None: it has none."""

    @property
    def repaired_topics(self) -> tuple[str, ...]:
        """The topics to which it writes repairs: those it has commands on, or all that it folds if it says so."""
        if self.service.repairs:
            return tuple(self.topics)
        commanded = {command.topic for command in self.commands}
        return tuple(name for name in self.topics if name in commanded)

    @property
    def readable_tables(self) -> frozenset[str]:
        """What a query's SQL may read: projectors' tables, and a view of each topic."""
        return frozenset(self.topics).union(*(projector.table_names for projector in self.projectors))

    @property
    def compaction_lag(self) -> float:
        """Seconds for which every record stays, whatever comes after it; the least of its topics."""
        lags = [topic.declared.spec.config.get("min.compaction.lag.ms") for topic in self.topics.values()]
        return min((int(lag) / 1000 for lag in lags if lag is not None), default=float("inf"))
