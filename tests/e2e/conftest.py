"""Shops of processes: one that most tests share, and those that a test has for itself."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from brokers import Broker
from services import SERVICES, RunningShop, Service, Shop


@pytest.fixture(scope="package", params=["embedded", "kafka"])
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningShop]:
    """The shop on each of the two logs. Tests share it: leave nothing in it that another could trip over."""
    folder = tmp_path_factory.mktemp(f"shop-{request.param}")
    log = "sqlite:var/log.db" if request.param == "embedded" else request.getfixturevalue("broker").url
    with closing(Shop(folder, log).create_topics()) as shop:
        services = [shop.start(name) for name in (*SERVICES, "products")]
        yield RunningShop(shop, *(service.wait_ready() for service in services))
        for service in services:
            service.stop()


@pytest.fixture
def products(running: RunningShop) -> Service:
    return running.products


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A shop on an embedded log, of which nothing runs yet."""
    with closing(Shop(tmp_path / "shop", "sqlite:var/log.db")) as shop:
        yield shop


@pytest.fixture
def kafka_shop(tmp_path: Path, topic: str, broker: Broker) -> Iterator[Shop]:
    """A shop on Kafka, of which nothing runs yet; its topics exist."""
    with closing(Shop(tmp_path / topic, broker.url).create_topics()) as shop:
        yield shop
