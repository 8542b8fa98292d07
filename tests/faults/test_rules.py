"""With one rule turned off, a run must be found out; else the checks would be worth nothing."""

from pathlib import Path

import pytest
from faults.checks import check
from faults.history import read
from faults.plan import Fault, Lanes
from faults.rig import run_round, running

LOSERS = [Fault("forged loser", after=0.5, lasts=0, settles=False)] * 5
LOCK = [Fault("log locked", after=after, lasts=lasts, settles=False) for after, lasts in ((0.3, 3.5), (2, 0))]

CASES: dict[str, tuple[Lanes, str]] = {
    "last write wins": ({"strangers": LOSERS}, "every register is linearizable"),
    "losers are acknowledged": ({"strangers": LOSERS}, "nothing acknowledged is lost"),
    "if match is not looked at": ({"strangers": LOSERS}, "every register is linearizable"),
    "keys are forgotten": ({"log": LOCK}, "nothing is applied twice"),
    "positions are not awaited": ({"strangers": LOSERS}, "a read is as new as it asks for"),
}


@pytest.mark.parametrize("rule", CASES)
def test_a_run_without_a_rule_is_found_out(tmp_path: Path, rule: str) -> None:
    lanes, broken = CASES[rule]
    history = tmp_path / "history.jsonl"
    with running(tmp_path / "run", "embedded", rule_off=rule) as registers:
        run_round(registers, lanes, seed=1, path=history, patience=3)
    found = {failure.check for failure in check(read(history))}
    assert broken in found
