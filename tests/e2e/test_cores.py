"""Which cores a service's threads run on (docs/design.md, section 10)."""

import os
from pathlib import Path

import pytest
from services import Service, Shop

ALL = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else frozenset()

pytestmark = pytest.mark.skipif(len(ALL) < 2, reason="not run: it takes two cores")


def cores(service: Service) -> tuple[list[set[int]], list[set[int]]]:
    """Of each of Python's threads, and of each of librdkafka's."""
    ours: list[set[int]] = []
    theirs: list[set[int]] = []
    for task in Path(f"/proc/{service.worker}/task").iterdir():
        of_library = (task / "comm").read_text().startswith("rdk:")
        (theirs if of_library else ours).append(set(os.sched_getaffinity(int(task.name))))
    return ours, theirs


def test_pythons_threads_share_one_core_and_kafkas_run_on_all(kafka_shop: Shop) -> None:
    products = kafka_shop.serve("products")
    assert products.post("/products", {"name": "Tea", "price": 1}).status_code == 201  # all clients are made
    ours, theirs = cores(products)
    assert len(ours) > 3
    assert len(ours[0]) == 1
    assert all(core == ours[0] for core in ours)
    assert len(theirs) > 3
    assert all(core == ALL for core in theirs)


def test_the_core_can_be_named(shop: Shop) -> None:
    ours, _ = cores(shop.serve("products", core=str(max(ALL))))
    assert all(core == {max(ALL)} for core in ours)


def test_it_can_be_turned_off(shop: Shop) -> None:
    ours, _ = cores(shop.serve("products", core="off"))
    assert all(core == ALL for core in ours)
