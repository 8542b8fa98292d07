"""A seed tells what happens."""

from collections import Counter
from itertools import islice

import pytest
from faults.plan import OF_A_NETWORK, OF_A_REPLICA, OF_STRANGERS, OF_THE_LOG, REQUESTS, LogKind, lanes, requests


@pytest.mark.parametrize("log", ["embedded", "kafka"])
def test_the_same_seed_plans_the_same_and_another_seed_something_else(log: LogKind) -> None:
    assert lanes(1, log, 60) == lanes(1, log, 60)
    assert lanes(1, log, 60) != lanes(2, log, 60)
    assert list(islice(requests(1, 2), 50)) == list(islice(requests(1, 2), 50))
    assert list(islice(requests(1, 2), 50)) != list(islice(requests(1, 3), 50))


@pytest.mark.parametrize("faults", [0, 1, 7, 300])
def test_there_are_as_many_faults_as_were_asked_for(faults: int) -> None:
    assert sum(map(len, lanes(1, "kafka", faults).values())) == faults


def test_a_long_plan_has_every_kind_of_fault_and_request() -> None:
    kinds = Counter(fault.kind for lane in lanes(1, "kafka", 300).values() for fault in lane)
    assert set(kinds) == {*OF_A_REPLICA, *OF_A_NETWORK, *OF_STRANGERS, *OF_THE_LOG["kafka"]}
    assert {request.do for request in islice(requests(1, 0), 500)} == set(REQUESTS)


def test_no_two_requests_write_the_same_value() -> None:
    values = [request.value for client in range(6) for request in islice(requests(1, client), 500)]
    assert len(set(values)) == len(values)
