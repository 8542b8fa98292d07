"""What happened in a run, written down as it happens: one JSON object a line. It can be checked again later."""

import dataclasses
import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NO_ANSWER = 0
"""The status where the connection broke, or nothing came in time."""

_LONGEST = 500
"""Characters of a trouble; what a service wrote stays in its file."""

STRANGER = -1
"""In place of a replica, where another program wrote to the log."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request, and what was answered. Times are seconds since the run began."""

    name: str
    """Of the request; the attempts of one with an Idempotency-Key share it."""
    do: str
    entity: str | None
    """None: a create of which the id is not known."""
    replica: int
    sent: float
    done: float
    status: int
    value: int | None = None
    """What it was to write."""
    if_match: int | None = None
    """The ETag that the entity had to have."""
    keyed: bool = False
    position: str | None = None
    """The Log-Position that was sent: a write's to the same entity."""
    since: float | None = None
    """When that write was sent first."""
    etag: int | None = None
    got: int | None = None
    """The value that was answered."""
    at: str | None = None
    """The Log-Position that was answered."""
    problem: str | None = None
    """Last part of the problem's type."""


@dataclass(frozen=True, slots=True)
class Happened:
    """A fault."""

    kind: str
    lane: str
    begun: float
    healed: float
    run: bool = True
    """False: this machine does not allow it."""


@dataclass(frozen=True, slots=True)
class Probe:
    """A replica was asked whether it is ready, then to read, then again whether it is ready."""

    replica: int
    sent: float
    done: float
    ready: tuple[int, int]
    """Status of both answers of /readyz."""
    read: int
    """Status of the read between them."""


@dataclass(frozen=True, slots=True)
class Logged:
    """A record on the log, as it lies there at the end."""

    partition: int
    offset: int
    key: str | None
    """None where it cannot be read."""
    envelope: bool
    """Whether its value is an envelope, or null."""
    value: int | None
    """The register's; None: it is removed."""
    follows: str | None
    repairs: str | None
    request: str | None
    """Name of the request that wrote it; None: a stranger did."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a replica held at the end."""

    replica: str
    entities: Mapping[str, tuple[int, int]]
    """ETag and value, by id."""
    count: int
    """What its projector made of them."""
    total: int
    dead_letters: int
    parked: int
    unreadable: int
    counters: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that must not be, as the rig itself saw it."""

    at: float
    what: str


Event = Attempt | Happened | Probe | Logged | Held | Trouble
_KINDS: Mapping[str, Callable[..., Event]] = {
    kind.__name__: kind for kind in (Attempt, Happened, Probe, Logged, Held, Trouble)
}


@dataclass(slots=True)
class History:
    """All that happened in one round of a run, by kind."""

    attempts: list[Attempt] = field(default_factory=list)
    faults: list[Happened] = field(default_factory=list)
    probes: list[Probe] = field(default_factory=list)
    records: list[Logged] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)

    @classmethod
    def of(cls, events: Iterable[Event]) -> "History":
        """Sort events by kind."""
        history = cls()
        lists: Mapping[type, list[Any]] = {
            Attempt: history.attempts,
            Happened: history.faults,
            Probe: history.probes,
            Logged: history.records,
            Held: history.held,
            Trouble: history.troubles,
        }
        for event in events:
            lists[type(event)].append(event)
        return history


def read(path: Path) -> History:
    """What a run has written down."""
    return History.of(_events(path))


def _events(path: Path) -> Iterator[Event]:
    with path.open() as lines:
        for line in lines:
            members = json.loads(line)
            kind = _KINDS[members.pop("kind_of_event")]
            yield kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in members.items()})


class Recorder(AbstractContextManager["Recorder"]):
    """Writes down what happens; any thread may."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("w", buffering=1)
        self._lock = threading.Lock()
        self._begun = time.monotonic()

    def now(self) -> float:
        """Seconds since the run began."""
        return round(time.monotonic() - self._begun, 6)

    def note(self, *events: Event) -> None:
        """Write them down."""
        lines = [
            json.dumps({"kind_of_event": type(event).__name__} | dataclasses.asdict(event)) + "\n" for event in events
        ]
        with self._lock:
            self._file.writelines(lines)

    def trouble(self, what: str) -> None:
        """Write down something that must not be, in few words."""
        self.note(Trouble(self.now(), what if len(what) < _LONGEST else f"{what[:_LONGEST]}..."))

    def __exit__(self, *_: object) -> None:
        self._file.close()
