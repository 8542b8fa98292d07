"""The shortest story that can be told of a failure: what happened to the one entity concerned, in order."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from faults.checks import Failure, of_each_entity
from faults.history import STRANGER, Attempt, History
from faults.linear import NEVER, Operation, TooHard, linearize
from faults.register import operations

_NEWEST = 30
"""Lines of a story; what went wrong is at its end."""


def story(history: History, failure: Failure) -> str:
    """In plain lines: what is wrong, and what led to it."""
    lines = [f"{failure.check}: NO. {failure.reason}"]
    if failure.entity is not None:
        attempts = _until_it_fails(of_each_entity(history).get(failure.entity, []))
        lines += [f"  what happened to {failure.entity}, at most the last {_NEWEST} steps:"]
        lines += _told(history, attempts)[-_NEWEST:]
    return "\n".join(lines)


def _until_it_fails(attempts: Sequence[Attempt]) -> Sequence[Attempt]:
    """Those up to the first answer that no order explains, without the reads that do not matter."""
    found = operations(attempts)
    ends = sorted(operation.done for operation in found if operation.certain)
    end = next((end for end in ends if _fails(_by(found, end))), None)
    if end is None:
        return sorted(attempts, key=lambda attempt: attempt.sent)
    needed = _without_needless_reads(_by(found, end))
    return sorted((a for a in attempts if a.sent <= end and a.name in needed), key=lambda attempt: attempt.sent)


def _by(found: Sequence[Operation], end: float) -> list[Operation]:
    """As much of it as was known at that time."""
    sent = [operation for operation in found if operation.sent <= end]
    known = [operation for operation in sent if operation.done <= end]
    unknown = [replace(o, done=NEVER) for o in sent if o.done > end and o.do != "read"]
    return known + unknown


def _fails(found: Sequence[Operation]) -> bool:
    try:
        return linearize(found) is None
    except TooHard:
        return False


def _without_needless_reads(found: list[Operation]) -> set[str]:
    for read in [operation for operation in found if operation.do == "read"]:
        rest = [operation for operation in found if operation is not read]
        if _fails(rest):
            found = rest
    return {operation.name for operation in found}


def _told(history: History, attempts: Sequence[Attempt]) -> list[str]:
    """The attempts, and the faults that fell between them."""
    if not attempts:
        return ["  (no client knows of it)"]
    begin, end = attempts[0].sent, max(attempt.done for attempt in attempts)
    lines = [(attempt.sent, _line(attempt)) for attempt in attempts]
    lines += [
        (fault.begun, f"  {fault.begun:9.3f} -{fault.healed:9.3f}  * {fault.lane}: {fault.kind}")
        for fault in history.faults
        if fault.begun <= end and fault.healed >= begin
    ]
    return [line for _, line in sorted(lines)]


def _line(attempt: Attempt) -> str:
    who = "a stranger" if attempt.replica == STRANGER else f"replica {attempt.replica}"
    return f"  {attempt.sent:9.3f} -{attempt.done:9.3f}  {attempt.name:12} {who}: {' '.join(_words(attempt))}"


def _words(attempt: Attempt) -> Iterator[str]:
    yield attempt.do
    if attempt.value is not None:
        yield str(attempt.value)
    if attempt.if_match is not None:
        yield f'if "{attempt.if_match}"'
    if attempt.keyed:
        yield "keyed"
    if attempt.position is not None:
        yield f"after {attempt.position}"
    yield f"-> {attempt.status or 'no answer'}"
    if attempt.etag is not None:
        yield f'"{attempt.etag}"'
    if attempt.got is not None:
        yield str(attempt.got)
    if attempt.problem is not None:
        yield attempt.problem
