"""What an operator can see of a service, and do with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class PartitionStatus:
    """How far one partition is folded."""

    topic: str
    partition: int
    position: int
    """Next offset to fold."""
    end: int
    """The log's end when it was last looked at."""


@dataclass(frozen=True, slots=True)
class Status:
    """A service at one moment."""

    service: str
    ready: bool
    reasons: tuple[str, ...]
    """Why it is not ready; empty where it is."""
    log_identity: Mapping[str, str]
    partitions: tuple[PartitionStatus, ...]
    lag_seconds: float
    """Since the fold was last seen at the end of the log; 0 while it is there."""
    contact_seconds: float
    """Since the log last answered."""
    entities: Mapping[str, int]
    repairs_waiting: int
    oldest_repair_seconds: float
    dead_letters: int
    parked: int
    counters: Mapping[str, int]
    """Since the start: records, accepted, lost, dead, repairs, parked, commits, retried_commits."""


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Some of an entity's events, newest first."""

    events: Sequence[Mapping[str, Any]]
    """Each: position, type (function), time, removed, entity."""
    after: str | None
    """Where the next page goes on; None: no more."""
    end: str | None
    """Why it ends here: start, compacted, foreign, limit; None where it goes on."""


class Operations:
    """Written next; this is the interface."""

    def readiness(self) -> tuple[str, ...]:
        """Why the service is not ready; empty: it is. Cheap."""
        raise NotImplementedError

    def status(self) -> Status:
        """All that is known of the service now."""
        raise NotImplementedError

    def dead_letters(self, after: int = 0, limit: int = 100) -> list[Mapping[str, Any]]:
        """Dead letters by number: number, position, key, value, headers (base64 where not UTF-8), reason, time."""
        raise NotImplementedError

    def discard_dead_letter(self, number: int) -> None:
        """Forget one; raises NotFound."""
        raise NotImplementedError

    def parked(self, after: int = 0, limit: int = 100) -> list[Mapping[str, Any]]:
        """Parked events by number: number, projector, topic, id, position, before, after, reason, time."""
        raise NotImplementedError

    def retry_parked(self, number: int) -> None:
        """Apply it again now; raises NotFound, or Refused with the projector's error where it fails again."""
        raise NotImplementedError

    def discard_parked(self, number: int) -> None:
        """Forget one: the projector goes on as if it had seen it; raises NotFound."""
        raise NotImplementedError

    def history(self, topic: str, id: str, after: str | None = None, limit: int = 100) -> HistoryPage:
        """What happened to an entity, newest first, as far as the log still holds it; raises NotFound."""
        raise NotImplementedError
