"""Faults that happen one after the other to the same thing."""

import subprocess
import threading
from collections.abc import Sequence

from faults.faults import Faults
from faults.history import Happened, Recorder
from faults.plan import Fault
from faults.subjects import Subject
from services import eventually

PATIENCE = 60.0
"""Seconds within which all must be well again."""

_FULL = "its disk is full"
_TAIL = 2_000
"""Characters, of what a service has written, in which it says why it ended."""


class Guard:
    """Sees to it that a replica does not end, or begin anew, but when it is made to."""

    def __init__(self, replica: Subject, recorder: Recorder) -> None:
        self._replica = replica
        self._recorder = recorder
        self._worker = 0

    def look(self) -> None:
        """Write down what happened without a fault."""
        code = self._replica.service.process.poll()
        if code is not None and self._says_why():
            self._replica.start_again()
        elif code is not None:
            self._recorder.trouble(f"{self._replica.url} ended by itself with {code}")
            self._replica.start_again()
            self.settle()
        elif self._worker and self._worker != self._replica.worker():
            self._recorder.trouble(f"{self._replica.url} has another worker, and nobody killed the one it had")
        self._worker = 0

    def settle(self) -> None:
        """Return once the replica is ready."""
        try:
            eventually(self._is_ready, PATIENCE)
            self._worker = self._replica.worker()
        except AssertionError as error:
            self._recorder.trouble(f"{self._replica.url} did not get ready: {error}")

    def _is_ready(self) -> bool:
        if self._replica.service.process.poll() is not None and self._says_why():
            self._replica.start_again()
            return False
        return self._replica.service.is_ready()

    def _says_why(self) -> bool:
        """Whether it did not start for want of room, and said so: then whoever supervises it starts it again."""
        return _FULL in self._replica.service.output()[-_TAIL:]


class Lane:
    """Lets faults happen one after the other to the same thing."""

    def __init__(self, name: str, faults: Faults, recorder: Recorder, guard: Guard | None) -> None:
        """`faults` are those that can happen to it; `guard` is that of the replica, where it is one."""
        self._name = name
        self._faults = faults
        self._recorder = recorder
        self._guard = guard

    def run(self, lane: Sequence[Fault], stop: threading.Event) -> None:
        """Let these happen, until told to stop."""
        for fault in lane:
            if stop.wait(fault.after):
                return
            self._happen(fault, stop)

    def _happen(self, fault: Fault, stop: threading.Event) -> None:
        if self._guard is not None:
            self._guard.look()
        begun, can = self._recorder.now(), fault.kind in self._faults
        if can:
            self._inject(fault, stop)
        self._recorder.note(Happened(fault.kind, self._name, begun, self._recorder.now(), run=can))
        if self._guard is not None and fault.settles:
            self._guard.settle()

    def _inject(self, fault: Fault, stop: threading.Event) -> None:
        try:
            with self._faults[fault.kind]():
                stop.wait(fault.lasts)
        except (AssertionError, subprocess.TimeoutExpired) as error:
            self._recorder.trouble(f"{self._name}: {fault.kind}: {error}")
