"""The one thread of a process that writes to the embedded log."""

import logging
import threading
import time
from collections import deque
from collections.abc import Sequence

from foldline.errors import LogError
from foldline.log.failures import tell
from foldline.log.port import Failed
from foldline.log.sqlite.file import LogFile
from foldline.log.sqlite.records import Append, insert
from foldline.log.sqlite.wakeup import wake_all
from foldline.transaction import transaction

_MOST_WAITING = 100_000
_MOST_AT_ONCE = 5_000

_logger = logging.getLogger(__name__)


class Writer:
    """Commits together all appends that wait: the more of them, the cheaper each."""

    def __init__(self, file: LogFile) -> None:
        """Start the thread."""
        self._file = file
        self._connection = file.connect()
        self._waiting: deque[tuple[Append, Failed]] = deque()
        self._busy = False
        self._closed = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="foldline-log-writer", daemon=True)
        self._thread.start()

    def put(self, append: Append, failed: Failed) -> None:
        """Hand a record over; raises LogError where too many wait already."""
        with self._changed:
            if self._closed:
                raise LogError("the log is closed")
            if len(self._waiting) >= _MOST_WAITING:
                raise LogError(f"{_MOST_WAITING} records wait to be written already; try again")
            self._waiting.append((append, failed))
            self._changed.notify_all()

    def flush(self, timeout: float) -> bool:
        """Wait until nothing is left to be written; False: not within `timeout` seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: not (self._waiting or self._busy), timeout)

    def close(self, timeout: float) -> None:
        """Write what waits, for `timeout` seconds at most; what is left fails."""
        self.flush(timeout)
        with self._changed:
            self._closed = True
            left = list(self._waiting)
            self._waiting.clear()
            self._changed.notify_all()
        _fail(left, LogError("the log was closed before the record was written"))
        self._thread.join(timeout)

    def _run(self) -> None:
        while batch := self._take():
            try:
                self._write([append for append, _ in batch])
            except LogError as error:
                _fail(batch, error)
            except Exception as error:  # no record may be lost without a word
                _logger.exception("the embedded log's writer failed")
                _fail(batch, LogError(f"the record was not written: {error}"))
        self._connection.close()

    def _take(self) -> Sequence[tuple[Append, Failed]]:
        """Wait for records; none once the writer is closed."""
        with self._changed:
            self._busy = False
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._waiting or self._closed)
            batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), _MOST_AT_ONCE))]
            self._busy = bool(batch)
            return batch

    def _write(self, appends: Sequence[Append]) -> None:
        self._file.check_in_place()
        with self._file.errors(), transaction(self._connection):
            insert(self._connection, appends, time.time_ns() // 1_000_000)
        wake_all(self._file.path)


def _fail(batch: Sequence[tuple[Append, Failed]], error: LogError) -> None:
    for _, failed in batch:
        tell(failed, error)
