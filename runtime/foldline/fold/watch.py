"""Looks at the log from beside the fold: is it there, where does it end, are the topics still the same."""

import threading
from collections.abc import Mapping
from typing import NamedTuple

import structlog

from foldline.errors import LogDenied, LogError, NotReady
from foldline.fold.gate import clock
from foldline.log.port import Log, Partition

_log = structlog.get_logger(__name__)

_PATIENCE = 1.5
"""Seconds that one look may take."""

_IDENTITIES_EVERY = 10.0


class Sighting(NamedTuple):
    """The log's ends, read at `at` or later."""

    at: float
    ends: Mapping[Partition, int]


class Watch:
    """A thread that looks now and then. What it saw may be read by any thread."""

    def __init__(self, log: Log, every: float = 0.5) -> None:
        """`every`: seconds between two looks."""
        self._log = log
        self._every = every
        self._partitions: tuple[Partition, ...] = ()
        self._identities: Mapping[str, str] = {}
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._looked_at_identities = 0.0
        self.contact = clock()
        """When the log last answered, by the gate's clock."""
        self.trouble: str | None = None
        """Why the log did not answer when it was last asked; None: it did."""
        self.sighting: Sighting | None = None
        self.replaced: str | None = None
        """What is no longer the topic that was folded; None: all are."""

    def start(self, sighting: Sighting, identities: Mapping[str, str]) -> None:
        """Go on from a first sighting, of topics of these identities."""
        self.close()
        self._partitions, self._identities = tuple(sighting.ends), identities
        self.sighting, self.replaced = sighting, None
        self.contact = clock()
        self._stop.clear()
        self._thread = threading.Thread(target=self._run, name="foldline-watch", daemon=True)
        self._thread.start()

    def backlog(self, positions: Mapping[Partition, int]) -> int:
        """How many offsets these positions are behind the ends last seen."""
        if self.sighting is None:
            return 0
        return sum(max(end - positions.get(partition, 0), 0) for partition, end in self.sighting.ends.items())

    def silence(self) -> float:
        """Seconds since the log last answered."""
        return clock() - self.contact

    def why_silent(self, patience: float) -> str | None:
        """That the log has not answered for longer than so many seconds, and why; None: it has."""
        silence, trouble = self.silence(), self.trouble
        if silence <= patience:
            return None
        return f"the log has not answered for {silence:.0f} s{f': {trouble}' if trouble else ''}"

    def check_contact(self, patience: float = 2.0) -> None:
        """Raise NotReady where the log has not answered for so many seconds."""
        if self.silence() > patience:
            raise NotReady(f"The log has not answered for {self.silence():.0f} s; nothing was written.")

    def close(self) -> None:
        """Stop looking."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._look()
            except LogError as error:
                self._looked_at_identities = 0.0  # a topic that is gone may come back as another
                self._note(error)
            except Exception:
                _log.exception("looking at the log failed")
            self._stop.wait(self._every)

    def _look(self) -> None:
        now = clock()
        bounds = self._log.bounds(self._partitions, timeout=_PATIENCE)
        if now - self._looked_at_identities > _IDENTITIES_EVERY:
            self._compare_identities()
            self._looked_at_identities = now
        self.contact, self.trouble = clock(), None
        self.sighting = Sighting(now, {partition: end for partition, (_, end) in bounds.items()})

    def _note(self, error: LogError) -> None:
        """A denial is told of once; how a broker comes and goes, the log tells by itself."""
        if isinstance(error, LogDenied) and error.message != self.trouble:
            _log.error("the log denies what the service needs; it tries on", error=error.message)
        self.trouble = error.message

    def _compare_identities(self) -> None:
        found = self._log.describe(self._identities, timeout=_PATIENCE)
        for topic, identity in self._identities.items():
            if topic in found and found[topic].identity != identity:
                self.replaced = f"{topic} on the log is another topic of the same name"
