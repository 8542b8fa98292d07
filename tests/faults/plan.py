"""What a run does, told by its seed: which faults, and which requests. Pure; how they meet in time differs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from random import Random
from typing import Literal

REPLICAS = 2
CLIENTS = 6
SLOTS = 6
"""Entities that are in use at a time; all clients share them."""

STEP = 1000
"""Values that are written are multiples of it, each written once, so that a value tells which request wrote it; an
increment adds 1."""

LogKind = Literal["embedded", "kafka"]

Weights = Mapping[str, int]

OF_A_REPLICA: Weights = {
    "replica killed": 6,
    "worker killed": 4,
    "master killed": 3,
    "replica restarted": 2,
    "replica frozen": 5,
    "clock jumped": 2,
    "state damaged": 2,
    "state deleted": 2,
    "state's disk full": 3,
}
OF_A_NETWORK: Weights = {"network cut": 4, "network stalled": 4}
OF_THE_LOG: Mapping[LogKind, Weights] = {
    "kafka": {"broker killed": 3, "broker restarted": 1, "broker frozen": 2},
    "embedded": {"log locked": 3, "log's disk full": 2},
}
OF_STRANGERS: Weights = {"foreign set": 4, "foreign null": 1, "undecodable bytes": 3, "forged loser": 4}

REQUESTS: Weights = {"create": 5, "put": 15, "cas": 20, "increment": 25, "remove": 2, "read": 33}


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. Times are in seconds."""

    kind: str
    after: float
    """From the end of the one before it in the same lane."""
    lasts: float
    settles: bool
    """Whether the next one waits until the service is ready again."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request of a client."""

    name: str
    do: str
    slot: int
    replica: int
    value: int
    """What it writes, if it does."""
    keyed: bool
    """Whether it carries an Idempotency-Key, and is sent again until it is known what became of it."""
    follows: bool
    """Whether it carries the Log-Position of the last write that is known."""
    pause: float
    """Seconds before it."""


Lanes = Mapping[str, Sequence[Fault]]
"""Faults one after the other, by what they happen to; the lanes happen at the same time."""


def lanes(seed: int, log: LogKind, faults: int) -> Lanes:
    """So many faults, spread over each replica, the log, and strangers who write to it."""
    of_a_replica: Weights = {**OF_A_REPLICA, **(OF_A_NETWORK if log == "kafka" else {})}
    of_replicas = {f"replica {number}": of_a_replica for number in range(REPLICAS)}
    of_each = {**of_replicas, "log": OF_THE_LOG[log], "strangers": OF_STRANGERS}
    names = list(of_each)
    return {
        name: _lane(Random(f"{seed} {log} {name}"), weights, len(range(at, faults, len(names))))
        for at, (name, weights) in enumerate(of_each.items())
    }


def _lane(random: Random, weights: Weights, faults: int) -> Sequence[Fault]:
    return [
        Fault(
            kind=_choose(random, weights),
            after=random.uniform(0.2, 2.5),
            lasts=random.uniform(0, random.choice((0.5, 4.0))),
            settles=random.random() < 0.7,
        )
        for _ in range(faults)
    ]


def requests(seed: int, client: int) -> Iterator[Request]:
    """What a client asks, without an end."""
    random = Random(f"{seed} client {client}")
    for number in count(1):
        yield Request(
            name=f"r{seed}-c{client}-{number}",
            do=_choose(random, REQUESTS),
            slot=random.randrange(SLOTS),
            replica=random.randrange(REPLICAS),
            value=(number * CLIENTS + client) * STEP,
            keyed=random.random() < 0.4,
            follows=random.random() < 0.4,
            pause=random.uniform(0, 0.02),
        )


def _choose(random: Random, weights: Weights) -> str:
    return random.choices(list(weights), list(weights.values()))[0]
