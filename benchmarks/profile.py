"""Samples of a process, summed up by threads and by parts: modules of the runtime, and libraries."""

import re
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from typing import NamedTuple, TypeVar

from benchmarks.sampling import Frame, Samples
from benchmarks.tables import Table

K = TypeVar("K", bound=Hashable)
Place = tuple[str, str]
"""A role, and a part."""

_MOST = 15
"""Parts that are shown,"""
_LEAST = 0.005
"""and the least share of one."""


class Role(NamedTuple):
    """What some threads do, and how they are known."""

    does: str
    thread: str
    """How their names begin."""
    root: Frame
    """The function that such a thread runs as long as it lives; a file is known by how its name ends."""


_ROLES = (
    Role("requests", "ThreadPoolExecutor", Frame("concurrent/futures/thread.py", "_worker")),
    Role("fold", "foldline-fold", Frame("foldline/fold/fold.py", "_run")),
    Role("librdkafka", "rdk:", Frame("no Python", "")),
)
_PARTS = (
    (re.compile(r".*/site-packages/([^/]+?)(\.py|/.*)"), r"\1"),
    (re.compile(r".*/lib/python[\d.]+/([^/]+?)(\.py|/.*)"), r"Python's \1"),
    (re.compile(r".*/runtime/foldline/(.*)"), r"\1"),
    (re.compile(r".*/(benchmarks|functions)/(.*)"), r"\1/\2"),
)
"""Files by their paths, and what they are called here."""


class _Sums:
    """Shares of the whole CPU time."""

    def __init__(self, samples: Sequence[Samples], others: str) -> None:
        threads = [thread for seen in samples for thread in seen.threads.items()]
        total = sum(ticks for _, ticks in threads)
        self.roles: dict[str, float] = defaultdict(float)
        for name, ticks in threads:
            self.roles[next((role.does for role in _ROLES if name.startswith(role.thread)), others)] += ticks / total
        stacks: dict[str, list[list[Frame]]] = defaultdict(list)
        for stack in (stack for seen in samples for stack in seen.stacks if stack):
            stacks[next((role.does for role in _ROLES if _runs(stack, role)), others)].append(stack)
        self.own: dict[Place, float] = defaultdict(float)
        self.whole: dict[Place, float] = defaultdict(float)
        self.functions: dict[Place, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for role, found in stacks.items():
            for stack in found:
                self._add(role, stack, self.roles[role] / len(found))

    def _add(self, role: str, stack: list[Frame], share: float) -> None:
        for part in {_part(frame.file) for frame in stack}:
            self.whole[role, part] += share
        innermost = stack[-1]
        self.own[role, _part(innermost.file)] += share
        self.functions[role, _part(innermost.file)][innermost.function] += share


def profile_table(name: str, samples: Sequence[Samples], others: str = "others") -> Table:
    """What takes which share of the CPU time of a process; `others` is what threads do that have no role."""
    sums = _Sums(samples, others)
    shown = [(place, share) for place, share in _most(sums.own, _MOST) if share >= _LEAST]
    rows = [
        [*place, _percent(share), _percent(sums.whole[place]), _list(sums.functions[place])] for place, share in shown
    ]
    rest = sum(sums.own.values()) - sum(share for _, share in shown)
    threads = ", ".join(f"{role} {_percent(share)}" for role, share in _most(sums.roles, len(sums.roles)))
    note = f"CPU time by threads: {threads}. What is not shown of Python has {_percent(rest)}, in smaller parts."
    return Table(name, ("thread", "part", "own", "with what it calls", "most of its own"), rows, note)


def _runs(stack: list[Frame], role: Role) -> bool:
    return any(frame.function == role.root.function and frame.file.endswith(role.root.file) for frame in stack[:8])


def _part(file: str) -> str:
    for known, name in _PARTS:
        if (found := known.fullmatch(file)) is not None:
            return found.expand(name)
    return file


def _list(functions: Mapping[str, float]) -> str:
    return ", ".join(f"`{function}` {_percent(share)}" for function, share in _most(functions, 2))


def _most(shares: Mapping[K, float], count: int) -> list[tuple[K, float]]:
    return sorted(shares.items(), key=lambda item: -item[1])[:count]


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%" if share >= 0.0095 else f"{100 * share:.1f}%"
