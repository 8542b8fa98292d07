"""The fold: one thread for each service process, and the only writer of its state."""

import gc
import threading
import time
from collections.abc import Callable, Mapping, Sequence

import structlog

from foldline.errors import FoldlineError, LogCut, LogError, NotReady, UnknownOutcome
from foldline.event import Position
from foldline.fold.committing import Committed, Committing
from foldline.fold.continued import Continued
from foldline.fold.gate import Gate, clock
from foldline.fold.jobs import Jobs
from foldline.fold.listeners import Listeners
from foldline.fold.outcomes import Outcomes
from foldline.fold.progress import Progress
from foldline.fold.projecting import Projecting
from foldline.fold.repairs import Delay, Repairs, quiet
from foldline.fold.resuming import resume
from foldline.fold.watch import Watch
from foldline.functions.application import Application
from foldline.log.port import Log, Message
from foldline.state.state import State, is_damage

_log = structlog.get_logger(__name__)

_WAIT = 1.0
"""Seconds that a poll waits, at most, while nothing comes: what wakes an idle process costs it the most."""

_LOOK = 0.5
"""Seconds, at most, between two looks at where the log ends, and whether it is there."""

_AT_ONCE = 256
"""Records taken from the log at once: some milliseconds of work, so that nobody waits long for one that has come."""

_AT_ONCE_IN_BULK = 2_000
"""Nobody waits for a single one then, and each look at the log costs."""

_FAR_BEHIND = 10_000
"""With more records than this behind the log's end, many are committed together, and no frames are pushed."""

_BETWEEN_TRIES = 1.0

_STARVED = 5.0
"""Seconds for which records that are there may not come, before the log is read by another connection."""


class Fold:
    """Reads the log on and on, and keeps the state exactly the log up to its positions."""

    def __init__(
        self, log: Log, state: State, application: Application, *, key_window: float, repair_delay: Delay = quiet
    ) -> None:
        """`key_window`: seconds of log time that an idempotency key counts. Raises SetupError."""
        self._log = log
        self._state = state
        self._log_names = {name: topic.declared.spec.name for name, topic in application.topics.items()}
        longest_absence = application.compaction_lag / 2
        self.gate = Gate(longest_absence)
        self.outcomes = Outcomes()
        self.progress = Progress()
        self._wait = min(_WAIT, longest_absence / 4)
        self.watch = Watch(log, every=min(_LOOK, longest_absence / 4))
        self.jobs = Jobs(state, self._wake)
        self.projecting = Projecting(state, application.topics, application.projectors)
        self.projecting.start()
        repaired = {name: self._log_names[name] for name in application.repaired_topics}
        self.repairs = Repairs(log, state.writer, repaired, repair_delay)
        self._committing = Committing(state, self.projecting, self.repairs, self.outcomes, key_window)
        self._listeners = Listeners()
        self._fed = clock()
        self._reader: Continued | None = None
        self._check_log: Callable[[], None]
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="foldline-fold", daemon=True)
        self.trouble: str | None = None
        """Why the fold stands still; None: it does not."""

    @property
    def counters(self) -> Mapping[str, int]:
        """What was done since the start."""
        return self._committing.counters

    def on_commit(self, listener: Committed) -> None:
        """Call `listener` on the fold's thread after each live commit, once who waits for it was woken.

        After commits that are not told one by one it is called once, with None, when the fold is at the end again.
        """
        self._listeners.add(listener)

    def catch_up(self, log_topic: str, timeout: float) -> None:
        """Return once what a topic holds now is folded; raises NotReady where that takes longer, LogError."""
        partitions = [partition for partition in self.progress.next if partition.topic == log_topic]
        bounds = self._log.bounds(partitions, max(timeout, 0.1))
        ends = [Position(*partition, end - 1) for partition, (_, end) in bounds.items()]
        if not self.progress.wait_for(ends, timeout):
            raise NotReady("The fold is behind the log's end; try again.")

    def check_writable(self) -> None:
        """Raise NotReady where a record would not be folded, or should not be decided now."""
        self.gate.check()
        self.watch.check_contact()
        if self.trouble is not None:
            raise NotReady(f"Nothing was written, for the fold stands still: {self.trouble}")

    def start(self, check_log: Callable[[], None] = lambda: None) -> None:
        """Begin. `check_log` is called each time before the log is read on; while it raises, the fold stands still."""
        self._check_log = check_log
        self._thread.start()

    def stop(self, timeout: float = 5.0) -> None:
        """Fold on until no command waits, at most `timeout` seconds, and end; what still waits ends as unknown."""
        self._stopping.set()
        self._wake()
        if self._thread.ident is not None:
            self._thread.join(timeout)
            self.give_up_waiting()
            self._thread.join()
        self.watch.close()
        self.projecting.close()

    def give_up_waiting(self) -> None:
        """The process ends: nobody waits any longer for a position, nor for an outcome, which stays unknown."""
        self.progress.give_up()
        self.outcomes.give_up()
        self._wake()

    def _wake(self) -> None:
        """Have the thread look what there is to do, without waiting for records."""
        if (reader := self._reader) is not None:
            reader.wake()

    def _fail_waiting(self, why: str) -> None:
        if self.outcomes:
            self.outcomes.fail_all(UnknownOutcome(why))

    @property
    def _done(self) -> bool:
        return self._stopping.is_set() and not self.outcomes

    def _run(self) -> None:
        while not self._done:
            try:
                self._resume()
            except LogCut as cut:
                self._begin_anew(cut.message)
            except Exception as error:
                if is_damage(error):
                    self._begin_anew(f"{self._state.path} is damaged: {error}")
                else:
                    self._stand_still(error)
            finally:
                gc.enable()

    def _resume(self) -> None:
        """Read on from what was committed, to the end, or until something fails."""
        self._check_log()
        resumed = resume(self._state, self._log, self._log_names)
        self.projecting.start()
        self._committing.start({log_name: name for name, log_name in self._log_names.items()}, resumed.partitions)
        self.progress.advance(resumed.positions)
        self.watch.start(resumed.sighting, resumed.identities)
        reader = self._reader = Continued(self._log.read_on(resumed.starts), resumed.positions, resumed.folded)
        self._fed = clock()
        try:
            self.projecting.retry_all()
            self._read_on(reader)
        finally:
            self._reader = None
            reader.close()

    def _read_on(self, reader: Continued) -> None:
        self._look_for_end(reader)
        while not self._done:
            bulk = self._is_bulk(reader)
            messages = self._next_messages(reader, bulk)
            self._check_that_it_holds()
            if not self.gate.is_open:  # what was decided before a long absence may no longer hold
                self._fail_waiting("The service was away from the log's end for too long.")
            if messages:
                self._committing.decide(messages, bulk=bulk)
            if self._committing.waiting and not (bulk and messages and self._committing.may_wait):
                self._commit(reader)
            self._look_for_end(reader)
            self.jobs.run(rolled_back=self._committing.reload)
            if self.gate.is_open:
                self.repairs.append_due()
        if self.gate.is_open:
            self.repairs.append_all()  # nobody may be left to do it

    def _check_that_it_holds(self) -> None:
        """Raise where others found that what was folded no longer does: the watch, or a read."""
        if self.watch.replaced is not None:
            raise LogCut(self.watch.replaced)
        if self._state.damage is not None:
            raise self._state.damage

    def _next_messages(self, reader: Continued, bulk: bool) -> Sequence[Message]:
        """What has come; raises LogError where records that are there have not come for long."""
        wait = 0.0 if self._committing.waiting and not bulk else self._wait  # at a catch-up's end its last batch waits
        before = reader.positions()
        messages = reader.poll(wait, _AT_ONCE_IN_BULK if bulk else _AT_ONCE)
        positions = reader.positions()
        if positions != before or not self.watch.backlog(positions):
            self._fed = clock()
        elif clock() - self._fed > _STARVED:
            raise LogError("The log has records that do not come; it is read anew.")
        return messages

    def _commit(self, reader: Continued) -> None:
        positions = reader.reached()
        changes = self._committing.commit(positions, reader.last())
        self.progress.advance(positions)
        self.trouble = None
        self._listeners.committed(changes if self.gate.is_open else None)

    def _is_bulk(self, reader: Continued) -> bool:
        """Whether this is a long catch-up, which lasts from far behind to the log's end.

        Meanwhile the cycle collector rests: it would be most of a replay's cost, and finds nothing, for what a batch
        makes holds no cycles.
        """
        bulk = self.watch.backlog(reader.positions()) > (_FAR_BEHIND if gc.isenabled() else 0)
        if bulk:
            gc.disable()
        elif not self._committing.waiting:  # else what was read in bulk is committed first
            gc.enable()
        return bulk

    def _look_for_end(self, reader: Continued) -> None:
        sighting = self.watch.sighting
        if sighting is None or self._committing.waiting or self.watch.backlog(reader.positions()):
            return
        if not self.gate.is_open and self.gate.opens(sighting.at):
            self.projecting.fill()
            _log.info("folded up to the end of the log", records=self.counters["records"])
        self.gate.passed_end(sighting.at)
        self.progress.advance(reader.reached())  # past gaps, too
        self.trouble = None
        self._listeners.at_end()

    def _begin_anew(self, reason: str) -> None:
        self.gate.close("the state is rebuilt from the log")
        self._listeners.committed(None)
        self._fail_waiting(f"The log was replaced: {reason}.")
        self.progress.next.clear()
        try:
            self._state.start_over(reason)
        except Exception as error:
            self._stand_still(error)

    def _stand_still(self, error: Exception) -> None:
        """Say why, and try again in a second."""
        message = error.message if isinstance(error, FoldlineError) else f"{type(error).__name__}: {error}"
        if message != self.trouble:
            unforeseen = None if isinstance(error, FoldlineError) else error
            _log.error("the fold stands still; it tries again each second", error=message, exc_info=unforeseen)
        self.trouble = message
        self._committing.counters["standstills"] += 1
        try:
            self.jobs.run(rolled_back=self._committing.reload)
        except Exception:
            _log.exception("the state cannot be read, either")
        if self._stopping.wait(_BETWEEN_TRIES):
            time.sleep(0.1)  # while commands wait for the end, too
