"""How all services and topics are at one moment."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, NamedTuple

from foldline.admin.logs import is_made, open_existing
from foldline.admin.same_log import Identities, is_on_another_log
from foldline.admin.services import Services, Status
from foldline.admin.topics import topic_rows
from foldline.errors import FoldlineError, LogError
from foldline.log.port import Bounds, Log, Partition
from foldline.settings import Settings
from foldline.table import Row
from foldline.topology import Topology

Ends = Mapping[Partition, Bounds]


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """One service."""

    service: str
    url: str
    state: str
    """`ready`, `not ready` or `down`."""
    lag_seconds: float | None = None
    """Since it was last seen at the end of the log."""
    behind: int | None = None
    """Offsets of the log that it has not folded."""
    entities: int | None = None
    repairs: int | None = None
    """Entities that wait to be repaired."""
    dead_letters: int | None = None
    parked: int | None = None
    why: str | None = None
    """Why it is not ready."""
    on_another_log: bool = False
    """Whether it folds other topics than those that are shown."""


@dataclass(frozen=True, slots=True)
class Overview:
    """All of it."""

    log: str
    log_trouble: str | None
    """Why the log cannot be read; None: it can."""
    services: tuple[ServiceRow, ...]
    topics: tuple[Row, ...]
    """As `topic_rows` gives them; none while the log cannot be read."""

    @property
    def available(self) -> bool:
        """Whether the log answers and all services are ready."""
        return self.log_trouble is None and all(service.state == "ready" for service in self.services)

    @property
    def as_declared(self) -> bool:
        """Whether all topics that could be looked at are as topics.yaml says, and those that the services use."""
        return not any(topic["problems"] for topic in self.topics) and not any(
            service.on_another_log for service in self.services
        )


class _Seen(NamedTuple):
    """The log at one moment."""

    topics: list[Row]
    ends: Ends
    identities: Identities | None
    """Of the topics; None: it cannot be read."""
    trouble: str | None
    """Why it cannot be."""


class Overviews:
    """Looks again and again, with the log kept open."""

    def __init__(self, topology: Topology, settings: Settings, services: Services) -> None:
        self._topology = topology
        self._settings = settings
        self._services = services
        self._log: Log | None = None

    def look(self) -> Overview:
        """All services, asked at once, and the log; what does not answer is said in its row."""
        with ThreadPoolExecutor(1) as pool:  # each may take seconds to say that it does not answer
            asking = pool.submit(self._services.statuses)
            log = self._ask_log()
            statuses = asking.result()
        services = [_service_row(name, self._services.urls[name], status, log) for name, status in statuses.items()]
        return Overview(self._settings.log, log.trouble, tuple(services), tuple(log.topics))

    def close(self) -> None:
        """Let go of the log."""
        log, self._log = self._log, None
        if log is not None:
            log.close()

    def _ask_log(self) -> _Seen:
        try:
            if self._log is None:
                self._log = open_existing(self._settings)
            topics = topic_rows(self._log, self._topology, self._settings)
            partitions = [Partition(topic["name"], n) for topic in topics for n in range(topic["partitions"] or 0)]
            identities = {topic["name"]: topic["identity"] for topic in topics if topic["identity"] is not None}
            return _Seen(topics, self._log.bounds(partitions), identities, None)
        except LogError as error:
            self.close()
            return _Seen([], {}, None if is_made(self._settings) else {}, error.message)


def _service_row(name: str, url: str, status: Status | FoldlineError, log: _Seen) -> ServiceRow:
    if isinstance(status, FoldlineError):
        return ServiceRow(name, url, "down", why=status.message)
    elsewhere = is_on_another_log(status, log.identities)
    ends = {} if elsewhere else log.ends
    return ServiceRow(
        service=name,
        url=url,
        state="ready" if status["ready"] else "not ready",
        lag_seconds=status["lag_seconds"],
        behind=sum(_behind(at, ends) for at in status["partitions"]),
        entities=sum(status["entities"].values()),
        repairs=status["repairs_waiting"],
        dead_letters=status["dead_letters"],
        parked=status["parked"],
        why="; ".join(status["reasons"]) or None,
        on_another_log=elsewhere,
    )


def _behind(at: Mapping[str, Any], ends: Ends) -> int:
    """By the log where it was asked, else by what the service last saw of it."""
    seen = ends.get(Partition(at["topic"], at["partition"]))
    end: int = at["end"] if seen is None else seen.end
    return max(end - int(at["position"]), 0)
