"""What clients were told of each register, as operations for the search of `linear.py`."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from faults.history import Attempt
from faults.linear import NEVER, Operation
from faults.plan import STEP

Requests = Mapping[str, Sequence[Attempt]]
"""Attempts by the name of their request, in the order in which they were made."""

SUCCESS = (200, 201)
NOT_WRITTEN = (400, 404, 409, 412, 422, 503)
"""Answers that say that nothing was written."""


def requests(attempts: Iterable[Attempt]) -> Requests:
    """The attempts of each request."""
    by_name: dict[str, list[Attempt]] = defaultdict(list)
    for attempt in sorted(attempts, key=lambda attempt: attempt.sent):
        by_name[attempt.name].append(attempt)
    return by_name


def answered(attempts: Sequence[Attempt]) -> Attempt | None:
    """The attempt that was told that the request took place, if one was."""
    return next((attempt for attempt in attempts if attempt.status in SUCCESS), None)


def may_be_written(attempts: Sequence[Attempt]) -> bool:
    """Whether the request may have taken place: an attempt of it was not told that nothing was written."""
    return any(attempt.status not in NOT_WRITTEN for attempt in attempts)


def operations(attempts: Sequence[Attempt]) -> list[Operation]:
    """What happened to one entity, or may have. `attempts` are those that name it.

    A read may be stale: it took place at any moment before its answer, but not before the write whose Log-Position
    it named was sent. So did a refusal: it says which value there was, and changed nothing.
    """
    values = {a.etag: a.got for a in attempts if a.etag is not None and a.got is not None and a.do != "remove"}
    found = []
    for name, tries in requests(attempts).items():
        if tries[0].do != "read" and (operation := _write(name, tries, values)) is not None:
            found.append(operation)
        found += [_sight(attempt, values) for attempt in tries if _tells_state(attempt, values)]
    seen = {operation.value // STEP for operation in found if operation.certain and operation.value is not None}
    return [operation for operation in found if operation.certain or _matters(operation, seen)]


def _write(name: str, tries: Sequence[Attempt], values: Mapping[int, int]) -> Operation | None:
    """None: it did not take place."""
    first, success = tries[0], answered(tries)
    if success is None and not may_be_written(tries):
        return None
    value = first.value
    if first.do in ("increment", "remove"):
        value = success.got if success else None
    expects = None if first.if_match is None else values[first.if_match]
    return Operation(name, first.do, first.sent, success.done if success else NEVER, value, expects)


def _tells_state(attempt: Attempt, values: Mapping[int, int]) -> bool:
    """Whether its answer says what the register was, and changed nothing."""
    if attempt.do == "read":
        return attempt.status in (200, 404)
    return attempt.status == 412 and attempt.etag in values


def _sight(attempt: Attempt, values: Mapping[int, int]) -> Operation:
    since = -math.inf if attempt.since is None else attempt.since
    value = values.get(attempt.etag or 0) if attempt.status == 412 else attempt.got
    return Operation(attempt.name, "read", since, attempt.done, value)


def _matters(operation: Operation, seen: set[int]) -> bool:
    """Whether it can explain anything: what nobody saw may as well not have been."""
    return operation.do == "set" or operation.value is None or operation.value // STEP in seen
