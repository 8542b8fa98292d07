"""Other programs that write to the topic, as a fault."""

import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import count
from random import Random

from faults.faults import Fault, Faults
from faults.history import NO_ANSWER, STRANGER, Attempt, Recorder
from faults.load import Known, Slots
from faults.plan import STEP
from log_backends import Backend

from foldline.errors import LogError
from foldline.log.partitioner import partition_of
from foldline.log.port import Headers, Log, Partition


class Strangers:
    """Other programs that write to the topic, each record at once."""

    def __init__(self, log: Log, outside: Backend, partitions: Sequence[Partition], slots: Slots, recorder: Recorder):
        """`outside` writes what the log's port would not."""
        self._log = log
        self._outside = outside
        self._partitions = partitions
        self._slots = slots
        self._recorder = recorder
        self._numbers = count(1)
        self._random = Random(0)

    def faults(self) -> Faults:
        """What they do."""
        return {
            "foreign set": self._at_once(self._set),
            "foreign null": self._at_once(self._null),
            "undecodable bytes": self._at_once(self._garbage),
            "forged loser": self._at_once(self._loser),
        }

    def _at_once(self, act: Callable[[Known], None]) -> Fault:
        def fault() -> AbstractContextManager[None]:
            known = [known for known in self._slots if known is not None]
            if known:
                act(self._random.choice(known))
            return nullcontext()

        return fault

    def _set(self, known: Known) -> None:
        """A record without headers, as another producer's."""
        value = 10**12 + next(self._numbers) * STEP
        self._note("set", known, value, lambda: self._append(known.id.encode(), _envelope(value)))

    def _null(self, known: Known) -> None:
        def append() -> bool:
            try:
                self._outside.append(self._home(known.id.encode()), known.id.encode(), None, ())
            except (AssertionError, sqlite3.Error):
                return False
            return True

        self._note("null", known, None, append)

    def _garbage(self, known: Known) -> None:
        """Records that nobody can read, or that contradict the log's order."""
        key = known.id.encode()
        self._append(key, b"\xff\xfe{")
        self._append(key, b'"set"')
        self._append(b"\xff\xfe", _envelope(0))
        self._append(key, _envelope(0), [("follows", b"1000000000000")])

    def _loser(self, known: Known) -> None:
        """Records that follow what another record followed before."""
        follows = -1 if known.earlier is None else known.earlier
        self._append(known.id.encode(), _envelope(0), [("follows", b"%d" % follows)])
        self._append(known.id.encode(), _envelope(0), [("follows", b"-1")])

    def _note(self, do: str, known: Known, value: int | None, append: Callable[[], bool]) -> None:
        """Write it, and write down that a stranger did."""
        name, sent = f"s-{next(self._numbers)}", self._recorder.now()
        status = 200 if append() else NO_ANSWER
        self._recorder.note(Attempt(name, do, known.id, STRANGER, sent, self._recorder.now(), status, value=value))

    def _append(self, key: bytes, value: bytes, headers: Headers = ()) -> bool:
        """Whether it is sure that it is written."""
        failed = threading.Event()

        def fail(_: LogError) -> None:
            failed.set()

        try:
            self._log.append(self._partitions[0].topic, key, value, headers, fail)
            return self._log.flush(40) and not failed.is_set()
        except LogError:
            return False

    def _home(self, key: bytes) -> Partition:
        return self._partitions[partition_of(key, len(self._partitions))]


def _envelope(value: int) -> bytes:
    return b'{"eventType":"set","payload":{"value":%d}}' % value
