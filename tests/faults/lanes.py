"""Faults that happen one after the other to the same thing."""

import subprocess
import time
from collections.abc import Sequence

from faults.faults import Faults
from faults.history import Happened, Recorder
from faults.plan import Fault
from faults.subjects import Subject
from services import eventually

PATIENCE = 60.0
"""Seconds within which all must be well again."""


class Guard:
    """Sees to it that a replica does not end, or begin anew, but when it is made to."""

    def __init__(self, replica: Subject, recorder: Recorder) -> None:
        self._replica = replica
        self._recorder = recorder
        self._worker = 0

    def look(self) -> None:
        """Write down what happened without a fault."""
        code = self._replica.service.process.poll()
        if code is not None:
            self._recorder.trouble(f"{self._replica.url} ended by itself with {code}")
            self._replica.start_again()
            self.settle()
        elif self._worker and self._worker != self._replica.worker():
            self._recorder.trouble(f"{self._replica.url} has another worker, and nobody killed the one it had")
        self._worker = 0

    def settle(self) -> None:
        """Return once the replica is ready."""
        try:
            eventually(self._replica.service.is_ready, PATIENCE)
            self._worker = self._replica.worker()
        except AssertionError as error:
            self._recorder.trouble(f"{self._replica.url} did not get ready: {error}")


def run_lane(name: str, lane: Sequence[Fault], faults: Faults, recorder: Recorder, guard: Guard | None) -> None:
    """Let them happen; `guard` is that of the replica, where they happen to one."""
    for fault in lane:
        time.sleep(fault.after)
        if guard is not None:
            guard.look()
        if fault.kind not in faults:
            recorder.note(Happened(fault.kind, name, recorder.now(), recorder.now(), run=False))
            continue
        begun = recorder.now()
        try:
            with faults[fault.kind]():
                time.sleep(fault.lasts)
        except (AssertionError, subprocess.TimeoutExpired) as error:
            recorder.trouble(f"{name}: {fault.kind}: {error}")
        recorder.note(Happened(fault.kind, name, begun, recorder.now()))
        if guard is not None and fault.settles:
            guard.settle()
