"""A round in figures, and what was wrong with it."""

from collections import Counter
from collections.abc import Mapping, Sequence

from faults.chains import chains, dead
from faults.checks import Failure
from faults.history import History
from faults.register import answered, may_be_written, requests
from faults.story import story

_MOST = 10
"""Failures that are told in full."""


def report(history: History, failures: Sequence[Failure]) -> str:
    """In plain lines."""
    lines = [f"  {name}: {figure}" for name, figure in figures(history).items()]
    lines += [story(history, failure) for failure in failures[:_MOST]]
    lines += [f"... and {len(failures) - _MOST} more"] if len(failures) > _MOST else []
    return "\n".join([*lines, f"{len(failures)} promises broken" if failures else "every promise kept"])


def figures(history: History) -> Mapping[str, object]:
    """What happened, counted."""
    writes = [tries for tries in requests(history.attempts).values() if tries[0].do != "read"]
    acknowledged = [tries for tries in writes if answered(tries) is not None]
    unknown = [tries for tries in writes if answered(tries) is None and may_be_written(tries)]
    answers = Counter(attempt.status for attempt in history.attempts)
    return {
        "faults": dict(Counter(fault.kind for fault in history.faults if fault.run).most_common()),
        "not run": dict(Counter(fault.kind for fault in history.faults if not fault.run)),
        "requests": len(history.attempts),
        "answers": dict(answers.most_common()),
        "writes acknowledged": len(acknowledged),
        "writes of unknown outcome": len(unknown),
        "entities": len({attempt.entity for attempt in history.attempts} - {None}),
        "records": len(history.records),
        "records that lost": _lost(history),
        "repairs": sum(record.repairs is not None for record in history.records),
        "probes": len(history.probes),
        "seconds": round(max((attempt.done for attempt in history.attempts), default=0)),
    }


def _lost(history: History) -> int:
    """How many records followed what others had followed before."""
    counted = sum(map(len, chains(history.records).values()))
    repairs = sum(record.repairs is not None for record in history.records)
    return len(history.records) - counted - repairs - sum(map(dead, history.records))
