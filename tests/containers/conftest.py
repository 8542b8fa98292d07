"""An engine, the shop's image and a broker in a container, for all tests of this folder."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from engine import IMAGE, EngineUnavailable, not_run, run, running_engine
from kafka_container import KafkaContainer
from log_backends import KafkaBackend
from service_container import serving
from services import SERVICES, RunningShop, Service, Shop
from testcontainers.core.config import testcontainers_config
from testcontainers.core.network import Network

from foldline.log.open import open_log
from foldline.log.port import Log

pytest.register_assert_rewrite("contract.test_log", "e2e.test_shop", "e2e.test_promises", "e2e.test_regrouping")


_SECONDS = 900
"""For one test, and what it is the first to need: an engine is installed, and images are built from nothing."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.timeout(_SECONDS))


@pytest.fixture(scope="package", autouse=True)
def engine() -> Iterator[None]:
    """An engine. Without one the tests are skipped as not run, and in CI they fail."""
    testcontainers_config.ryuk_disabled = True  # it needs a registry; every test removes what it made
    try:
        with running_engine():
            yield
            assert run("docker", "ps", "--all", "--quiet", "--filter", "label=org.testcontainers") == ""
    except EngineUnavailable as unavailable:
        not_run(f"no container engine: {unavailable}")


@pytest.fixture(scope="package")
def image(engine: None) -> str:
    """The shop's image, as it is built of this checkout."""
    run("scripts/image.sh")
    return IMAGE


@pytest.fixture(scope="package")
def network(engine: None) -> Iterator[Network]:
    with Network() as network:
        yield network


@pytest.fixture(scope="package")
def broker(network: Network) -> Iterator[KafkaContainer]:
    """The broker that all tests of the folder share, instead of the one without a container."""
    with KafkaContainer(network) as broker:
        yield broker


@pytest.fixture
def backend(broker: KafkaContainer) -> KafkaBackend:
    return KafkaBackend(broker)


@pytest.fixture
def log(backend: KafkaBackend) -> Iterator[Log]:
    log = open_log(backend.url, {}, "tests")
    yield log
    log.close()


@pytest.fixture(scope="package")
def running(
    image: str, network: Network, broker: KafkaContainer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningShop]:
    """The shop, each service in a container of its own. Tests share it."""
    with (
        closing(Shop(tmp_path_factory.mktemp("shop-in-containers"), broker.url).create_topics()) as shop,
        serving(network, *SERVICES, "products", topics_file=shop.folder / "topics.yaml") as services,
    ):
        yield RunningShop(shop, *services)


@pytest.fixture
def products(running: RunningShop) -> Service:
    return running.products
