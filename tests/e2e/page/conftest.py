"""The shop on both logs, a browser, and somebody who reads."""

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from browser import Reader, chromium
from open_shop import OpenShop
from playwright.sync_api import Browser
from services import SERVICES, Shop


@pytest.fixture(scope="package", params=["embedded", "kafka"])
def opened(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenShop]:
    """One shop for all tests of the page; each makes what it looks at."""
    folder = tmp_path_factory.mktemp(f"page-{request.param}")
    log = "sqlite:var/log.db" if request.param == "embedded" else request.getfixturevalue("broker").url
    with closing(Shop(folder, log).create_topics()) as shop:
        services = [shop.start_as_declared(name) for name in (*SERVICES, "dashboard")]
        yield OpenShop(shop, *(service.wait_ready() for service in services))


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def reading(browser: Browser, opened: OpenShop) -> Iterator[Callable[..., Reader]]:
    """Opens the page as somebody would, who must have nothing to complain of at the end."""
    readers: list[Reader] = []
    contexts = []

    def read(**options: Any) -> Reader:
        contexts.append(browser.new_context(locale="en-GB", **options))
        readers.append(Reader(contexts[-1], opened.dashboard.url))
        return readers[-1]

    yield read
    for context in contexts:
        context.close()
    assert [complaint for reader in readers for complaint in reader.complaints] == []


@pytest.fixture
def reader(reading: Callable[..., Reader]) -> Reader:
    return reading(viewport={"width": 1280, "height": 800})
