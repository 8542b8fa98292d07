"""Fixtures for tests that need a real broker. Without one they are skipped as not run, and in CI they fail."""

import os
from collections.abc import Iterator
from typing import TypeVar
from uuid import uuid4

import pytest
from brokers import Broker, BrokerUnavailable, fetch

AnyBroker = TypeVar("AnyBroker", bound=Broker)


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """The broker that all tests of a session share; give topics names of their own (`topic`)."""
    yield from started(tmp_path_factory)


@pytest.fixture
def own_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A broker for one test, to be killed and started again."""
    yield from started(tmp_path_factory)


@pytest.fixture
def topic() -> str:
    """A name that no other test uses."""
    return f"test.{uuid4().hex}"


def started(folders: pytest.TempPathFactory) -> Iterator[Broker]:
    """A broker for as long as a fixture wants it."""
    yield from started_as(Broker, folders)


def started_as(kind: type[AnyBroker], folders: pytest.TempPathFactory) -> Iterator[AnyBroker]:
    """A broker of some kind."""
    try:
        fetch()
        broker = kind(folders.mktemp("broker"))
        broker.start()
    except BrokerUnavailable as unavailable:
        if os.environ.get("CI"):
            pytest.fail(f"no broker: {unavailable}")
        pytest.skip(f"not run: {unavailable}")
    yield broker
    broker.stop()
