"""With one rule turned off, a run must be found out; else the checks would be worth nothing."""

from pathlib import Path

import pytest
from faults.checks import check
from faults.history import read
from faults.plan import Fault, Lanes
from faults.rig import run_round, running
from faults.subjects import DEADLINE

pytestmark = pytest.mark.timeout(300)

ROUNDS = 10
"""After so many without a failure, a rule is held to be of no use."""

LOSERS = [Fault("forged loser", after=0.5, lasts=0, settles=False)] * 5
LOCKED = Fault("log locked", after=0.3, lasts=DEADLINE + 0.4, settles=False)
LOCKS = [LOCKED] * 3 + [Fault("log locked", after=2, lasts=0, settles=False)]
"""Each makes a few clients ask again with their keys, and every second time or so something is changed twice."""

CASES: dict[str, tuple[Lanes, str]] = {
    "last write wins": ({"strangers": LOSERS}, "every register is linearizable"),
    "losers are acknowledged": ({"strangers": LOSERS}, "nothing acknowledged is lost"),
    "if match is not looked at": ({"strangers": LOSERS}, "every register is linearizable"),
    "keys are forgotten": ({"log": LOCKS}, "nothing is applied twice"),
    "positions are not awaited": ({"strangers": LOSERS * 2}, "a read is as new as it asks for"),
}
"""What happens, and which check is to notice."""


@pytest.mark.parametrize("rule", CASES)
def test_a_run_without_a_rule_is_found_out(tmp_path: Path, rule: str) -> None:
    lanes, broken = CASES[rule]
    with running(tmp_path / "run", "embedded", rule_off=rule) as registers:
        for seed in range(ROUNDS):
            history = tmp_path / f"history-{seed}.jsonl"
            run_round(registers, lanes, seed, history, patience=3)
            if broken in {failure.check for failure in check(read(history))}:
                return
            registers.make_topic_anew()
    pytest.fail(f"nothing was noticed in {ROUNDS} rounds")
