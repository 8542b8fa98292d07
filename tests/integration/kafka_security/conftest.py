"""The secured broker, and the shop on it."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from broker_fixtures import started_as
from secured_broker import SecuredBroker
from secured_shop import SecuredShop


@pytest.fixture(scope="package")
def secured_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecuredBroker]:
    """The one that all tests of a session share; each has users and topics of its own."""
    yield from started_as(SecuredBroker, tmp_path_factory)


@pytest.fixture
def bare_shop(secured_broker: SecuredBroker, tmp_path: Path, topic: str) -> Iterator[SecuredShop]:
    """The shop without topics; nobody may do anything yet."""
    with closing(SecuredShop(secured_broker, tmp_path / topic)) as shop:
        yield shop


@pytest.fixture
def shop(bare_shop: SecuredShop) -> SecuredShop:
    """The shop with its topics; its services may do nothing yet."""
    bare_shop.admit("creator")
    bare_shop.grant_needs("creator")
    bare_shop.create_topics("creator")
    return bare_shop
