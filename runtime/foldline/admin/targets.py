"""Where events are written to: a log with settings of its own, and a topic that may have to be made."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from foldline.admin.logs import find_topic, partitions_of, size_of
from foldline.admin.portable import PortableEvent
from foldline.errors import AlreadyExists, LogError, Malformed
from foldline.log.open import open_log
from foldline.log.port import Log, TopicInfo
from foldline.settings import Settings
from foldline.topics import create_topics
from foldline.topology import Topic, Topology

_KAFKA, _TO_KAFKA = "FOLDLINE_KAFKA_", "FOLDLINE_CLI_TO_KAFKA_"

_AT_ONCE = 5_000
"""Events handed over before the log is waited for."""
_WRITE_SECONDS = 60.0


def open_target(url: str, settings: Settings, environ: Mapping[str, str]) -> Log:
    """Open the log to copy to: the source's with its settings, another one with FOLDLINE_CLI_TO_KAFKA_... alone.

    What gives access to the source is never sent elsewhere. Raises SettingsError, LogError.
    """
    if url == settings.log:
        return open_log(url, settings.kafka, "foldline.cli")
    others = {name: text for name, text in environ.items() if not name.startswith(_KAFKA)}
    theirs = {name.replace(_TO_KAFKA, _KAFKA, 1): text for name, text in environ.items() if name.startswith(_TO_KAFKA)}
    return open_log(url, Settings.from_environment(others | theirs).kafka, "foldline.cli")


class Target(NamedTuple):
    """A topic to write events to."""

    log: Log
    name: str
    like: Topic | None
    """How it is made where it is missing; None: it must be there."""

    def check(self, *, append: bool) -> None:
        """Raise AlreadyExists where it holds records already, unless events are to come after these."""
        info = self._info()
        held = 0 if info is None else size_of(self.log.bounds(partitions_of(info)))
        if held and not append:
            raise AlreadyExists(
                f"{self.name} holds {held} records already. With --append the events come after these: each entity "
                "among them becomes what they say, whatever it is there now"
            )

    def check_is_not(self, source: TopicInfo) -> None:
        """Raise Malformed where a topic would be copied onto itself."""
        info = self._info()
        if info is not None and (info.name, info.identity) == (source.name, source.identity):
            raise Malformed(f"{self.name} would be copied onto itself; name another log (--to) or another topic (--as)")

    def create(self, settings: Settings) -> None:
        """Make it where it is missing. Raises LogError."""
        if self.like is not None:
            create_topics(self.log, [replace(self.like, spec=replace(self.like.spec, name=self.name))], settings)

    def append(self, events: Iterable[PortableEvent]) -> int:
        """Append events, in order, and return once all are durable; gives how many. Raises LogError."""
        failures: list[LogError] = []
        count = 0
        for count, event in enumerate(events, 1):
            self.log.append(self.name, event.key, event.value, event.headers, failures.append)
            if count % _AT_ONCE == 0:
                self._settle(failures)
        self._settle(failures)
        return count

    def _settle(self, failures: list[LogError]) -> None:
        if not self.log.flush(_WRITE_SECONDS):
            failures.append(LogError(f"{self.name}: the log did not confirm what was written in {_WRITE_SECONDS:g} s"))
        if failures:
            raise LogError(f"{failures[0].message}; only a part of the events is written. Write all again (--append)")

    def _info(self) -> TopicInfo | None:
        return self.log.describe([self.name]).get(self.name)


def target_of(log: Log, topology: Topology, declared_as: str, name: str) -> Target:
    """The topic `name`, made as topics.yaml declares the topic that it calls `declared_as`, or is so on the log.

    Raises NotFound where it is not there and nothing declares it.
    """
    for topic in topology.topics.values():
        if declared_as in {topic.name, topic.spec.name}:
            return Target(log, topic.spec.name if name == topic.name else name, topic)
    return Target(log, find_topic(log, topology, name).name, None)
