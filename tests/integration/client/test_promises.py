"""What the client promises, kept by real services on the embedded log."""

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from services import Service, Shop, eventually

from foldline.client import Client
from foldline.errors import ConflictError, ConnectionFailed, Unauthorized

SERVICES = ("products", "customers", "purchases", "dashboard")
THREADS = 4


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The whole shop, which the tests of this file share."""
    with closing(Shop(tmp_path_factory.mktemp("client") / "shop", "sqlite:var/log.db")) as shop:
        for service in [shop.start_as_declared(name) for name in SERVICES]:
            service.wait_ready()
        yield shop


def connected(shop: Shop, **options: Any) -> Client:
    urls = {name: f"http://127.0.0.1:{service['port']}" for name, service in shop.topology["services"].items()}
    return Client(urls, **options)


@pytest.fixture
def client(shop: Shop) -> Iterator[Client]:
    with connected(shop) as client:
        yield client


def test_what_was_bought_is_read_at_once_everywhere_every_time(client: Client) -> None:
    """1,000 purchases, each made right after its product and customer, and read from a service that folds all three."""

    def buy(number: int) -> bool:
        product = client.Product.create(name=f"Tea {number}", price=1.50)
        customer = client.Customer.create(first_name="Ada", last_name=f"No. {number}")
        purchase = client.Purchase.create(product_id=product.id, customer_id=customer.id, total=1.50)
        seen = client.query("dashboard.purchase", id=purchase.id)
        return bool(
            client.Purchase.retrieve(purchase.id) == purchase
            and seen.customer
            and seen.customer["lastName"] == f"No. {number}"
            and seen.product
            and seen.product["name"] == f"Tea {number}"
        )

    with ThreadPoolExecutor(THREADS) as pool:
        assert Counter(pool.map(buy, range(1000))) == {True: 1000}


def test_threads_that_share_a_client_lose_no_update(client: Client) -> None:
    product = client.Product.create(name="Counter", price=0)

    def count(_: int) -> int:
        conflicts = 0
        mine = client.Product.retrieve(product.id)
        while True:
            mine.price += 1
            try:
                mine.save()
            except ConflictError as conflict:
                mine, conflicts = conflict.current, conflicts + 1
            else:
                return conflicts

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(count, range(40)))
    assert product.refresh().price == 40


def test_a_watch_tells_what_happens_and_ends_when_it_is_closed(client: Client) -> None:
    with client.Customer.watch() as watching:
        customer = client.Customer.create(first_name="Danny", last_name="Tester")
        customer.first_name = "Ted"
        customer.save()
        customer.delete()
        changes = [next(watching) for _ in range(3)]
        closing_it = threading.Timer(0.2, watching.close)
        closing_it.start()
        assert list(watching) == []
        closing_it.join()
    assert [change.function for change in changes] == ["customers.create", "customers.update", "customers.delete"]
    assert [change.entity.first_name for change in changes if change.entity] == ["Danny", "Ted", "Ted"]
    assert [change.position for change in reversed(changes)] == [change.position for change in customer.history()]


def test_what_nobody_listens_for_is_a_connection_that_failed() -> None:
    with Client({"products": "http://127.0.0.1:1"}, max_retries=0) as client:
        assert client.unreachable["products"].message == (
            "products cannot be reached at http://127.0.0.1:1/openapi.json: Connection refused; "
            "start it with `foldline serve products`"
        )


# --- services that come and go ---


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Shop]:
    """A shop of which a test does what it likes with the services."""
    with closing(Shop(tmp_path / "own", "sqlite:var/log.db")) as shop:
        yield shop


def products_of(shop: Shop, **settings: str) -> Service:
    port = shop.topology["services"]["products"]["port"]
    return shop._start("products", port, settings=settings)


def test_entities_created_while_the_service_is_killed_are_there_once_each(own: Shop) -> None:
    products = products_of(own).wait_ready()
    names = [f"Tea {number}" for number in range(500)]
    made: list[str] = []
    with connected(own, timeout=60, max_retries=100) as client:

        def create(name: str) -> None:
            made.append(client.Product.create(name=name, price=1).id)

        with client.Product.watch() as watching:
            with ThreadPoolExecutor(THREADS) as pool:
                creating = [pool.submit(create, name) for name in names]
                for least in (100, 250):
                    eventually(lambda: len(made) >= least)  # noqa: B023 - it is asked before the next
                    products.kill()
                    products = products_of(own)
            for one in creating:
                one.result()
            found = list(client.Product.list())
            assert Counter(product.name for product in found) == Counter(names)
            assert {product.id for product in found} == set(made)
            assert Counter(next(watching).id for _ in names) == Counter(made)


def test_a_topic_that_was_made_anew_is_written_and_read_again(own: Shop) -> None:
    products = products_of(own).wait_ready()
    with connected(own) as client:
        for _ in range(30):
            client.Product.create(name="Old tea", price=1)
        products.stop()
        for file in (own.folder / "var").iterdir():
            file.unlink()
        products_of(own).wait_ready()
        tea = client.Product.create(name="New tea", price=1)
        assert list(client.Product.list()) == [tea]


def test_a_token_opens_a_service(own: Shop) -> None:
    products_of(own, token="hush").wait_ready()
    with connected(own, token="hush") as client:
        tea = client.Product.create(name="Tea", price=1)
        with client.Product.watch() as watching:
            tea.delete()
            assert next(watching).removed
    with connected(own) as client:
        assert isinstance(client.unreachable["products"], Unauthorized)


def test_a_service_that_went_away_says_so(own: Shop) -> None:
    products = products_of(own).wait_ready()
    with connected(own, max_retries=0) as client:
        products.kill()
        products.wait_ended()  # its worker too: what still listens takes connections, and breaks them
        with pytest.raises(ConnectionFailed):
            client.Product.retrieve("any")
        with pytest.raises(ConnectionFailed, match="Connection refused; start it with `foldline serve products`"):
            client.Product.create(name="Tea", price=1)
