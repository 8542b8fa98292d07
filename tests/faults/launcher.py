"""`python -m faults.launcher serve ...`: `foldline` with a clock that can be shifted (FAULTS_CLOCK is its file).

FAULTS_RULE_OFF names a rule of Foldline's to turn off: a check that does not notice would be worth nothing.
"""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from faults.shifting import shift_clock

from foldline.cli import main
from foldline.fold import batch, committing
from foldline.log.port import Message
from foldline.log.sqlite.reader import SqliteReader
from foldline.reads import Reads
from foldline.state.snapshot import Snapshot
from foldline.writes.call import IfMatch


def _always(answer: Any) -> Callable[..., Any]:
    return lambda *_: answer


def last_write_wins() -> None:
    """Any later record becomes its entity's head, whatever it follows."""
    batch.becomes_head = _always(True)  # type: ignore[attr-defined]


def losers_are_acknowledged() -> None:
    """A command whose record lost is told that it won."""
    tell = committing.Committing._tell

    def tell_success(self: Any, headers: Any, record: Any, *, accepted: bool) -> None:
        tell(self, headers, record, accepted=True)

    committing.Committing._tell = tell_success  # type: ignore[method-assign]


def if_match_is_not_looked_at() -> None:
    """A write takes place whatever the entity is by now."""
    IfMatch.allows = _always(True)  # type: ignore[method-assign]


def keys_are_forgotten() -> None:
    """A request that is sent again with its Idempotency-Key is done again."""
    Snapshot.kept_answer = _always(None)  # type: ignore[method-assign]


def positions_are_not_awaited() -> None:
    """A read is answered from whatever is folded, whichever Log-Position it names.

    Readers are as late as those of a log that is further away: on the embedded one a read is seldom too early.
    """
    Reads.wait_for = _always(None)  # type: ignore[method-assign]
    poll = SqliteReader.poll

    def poll_late(self: SqliteReader, timeout: float, limit: int) -> Sequence[Message]:
        time.sleep(0.02)
        return poll(self, timeout, limit)

    SqliteReader.poll = poll_late  # type: ignore[method-assign]


RULES: Mapping[str, Callable[[], None]] = {
    rule.__name__.replace("_", " "): rule
    for rule in (
        last_write_wins,
        losers_are_acknowledged,
        if_match_is_not_looked_at,
        keys_are_forgotten,
        positions_are_not_awaited,
    )
}

if __name__ == "__main__":
    shift_clock(Path(os.environ["FAULTS_CLOCK"]))
    if name := os.environ.get("FAULTS_RULE_OFF"):
        RULES[name]()
    main(prog_name="foldline")
