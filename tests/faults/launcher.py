"""`python -m faults.launcher serve ...`: `foldline` with one of its rules turned off, which FAULTS_RULE_OFF names.

A check that cannot find out about any of them would be worth nothing.
"""

import os
from collections.abc import Callable, Mapping
from typing import Any

from foldline.cli import main
from foldline.fold import batch, committing
from foldline.fold.gate import Gate
from foldline.operations import Operations
from foldline.state.snapshot import Snapshot
from foldline.writes.call import IfMatch


def _always(answer: Any) -> Callable[..., Any]:
    return lambda *_: answer


def last_write_wins() -> None:
    """Any later record becomes its entity's head, whatever it follows."""
    batch.becomes_head = _always(True)


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


def the_gate_is_open() -> None:
    """A replica answers before it has folded the log."""
    Gate.check = _always(None)  # type: ignore[method-assign]


def readiness_is_a_matter_of_belief() -> None:
    """/readyz says 200 whatever is the case."""
    Operations.readiness = _always(())  # type: ignore[method-assign]


RULES: Mapping[str, Callable[[], None]] = {
    rule.__name__.replace("_", " "): rule
    for rule in (
        last_write_wins,
        losers_are_acknowledged,
        if_match_is_not_looked_at,
        keys_are_forgotten,
        the_gate_is_open,
        readiness_is_a_matter_of_belief,
    )
}

if __name__ == "__main__":
    RULES[os.environ["FAULTS_RULE_OFF"]]()
    main(prog_name="foldline")
