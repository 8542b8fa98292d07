"""Several replicas of one service write the same entities at once: the log decides, and nobody is overwritten."""

import time

import pytest
from counting import Attempt, Counting
from replicas import Counters, figures

ENTITIES = 5
CLIENTS = 8
SUCCESSES = 400


@pytest.mark.parametrize(
    ("attempt", "refusals"), [(Counting.put, {412, 503}), (Counting.increment, {503})], ids=["if-match", "command"]
)
def test_each_success_counts_once_on_every_replica(counters: Counters, attempt: Attempt, refusals: set[int]) -> None:
    replicas = counters.start(3)
    entities = counters.create(replicas[0], ENTITIES)
    counters.catch_up(*replicas)
    counting = Counting(replicas, entities)

    started = time.monotonic()
    with counting.under_way(CLIENTS, attempt):
        counting.await_successes(SUCCESSES)
    seconds = time.monotonic() - started

    replicas.append(counters.start_one())  # it knows only what the log says
    counters.catch_up(*replicas)
    counting.check(replicas)
    lost = [replica.status()["counters"]["lost"] for replica in replicas]
    figures(answers=dict(counting.answers), lost=lost, seconds=round(seconds, 1))
    assert set(counting.answers) <= {200} | refusals
    assert lost[0] > 0  # else nothing was contended, and nothing shown
    assert len(set(lost)) == 1
