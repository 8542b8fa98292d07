"""Kafka stands still, or dies: writes are refused in time, reads go on, and the service needs nobody to go on."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from broker_fixtures import started
from brokers import Broker
from services import Service, Shop, eventually

TEA = '{"name": "Tea", "price": 1.50}'


@pytest.fixture(scope="module")
def own_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """One that only these tests disturb; each leaves it running."""
    yield from started(tmp_path_factory)


@pytest.fixture
def own_shop(tmp_path: Path, topic: str, own_broker: Broker) -> Iterator[Shop]:
    with closing(Shop(tmp_path / topic, own_broker.url).create_topics()) as shop:
        yield shop


def seconds_of_a_get(service: Service, path: str) -> float:
    started = time.monotonic()
    assert service.get(path).status_code == 200
    return time.monotonic() - started


def test_while_kafka_stands_still_writes_are_refused_and_reads_go_on(own_shop: Shop, own_broker: Broker) -> None:
    products = own_shop.serve("products", threads="8", deadline="3")
    path = products.post("/products", TEA).headers["Location"]
    with own_broker.frozen():
        frozen = time.monotonic()
        with ThreadPoolExecutor(8) as pool:
            sent = [pool.submit(products.post, "/products", TEA, idempotency_key=f"k{n}") for n in range(8)]
            assert max(seconds_of_a_get(products, path) for _ in range(50)) < 1
            first = [answer.result() for answer in sent]
        took = time.monotonic() - frozen
        assert 3 <= took < 4.5  # the deadline
        slugs = sorted(answer.json()["type"].rpartition(":")[2] for answer in first)
        assert slugs == ["not-ready"] * 4 + ["unknown"] * 4  # no more than half of the threads wait

        refused, started = products.post("/products", TEA), time.monotonic()
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
        assert refused.json()["type"] == "urn:foldline:problem:not-ready"
        assert time.monotonic() - started < 0.5
        assert products.get("/livez").status_code == 200
        assert products.is_ready()

        eventually(lambda: not products.is_ready(), 10 - took + 3)
        assert time.monotonic() - frozen > 9
        eventually(lambda: "the log has not answered" in products.get("/readyz").text, 3)
        assert max(seconds_of_a_get(products, path) for _ in range(20)) < 1
        own_broker.kill()

    own_broker.start()
    products.wait_ready()
    for number, answer in enumerate(first):  # whoever tries again with its key is told what became of it
        again = products.post("/products", TEA, idempotency_key=f"k{number}")
        assert again.status_code == 201, answer.text
        assert len(products.get(again.headers["Location"] + "/history").json()["events"]) == 1
    assert len(products.get("/products").json()) == 9


def test_after_a_killed_broker_is_back_the_service_goes_on_by_itself(own_shop: Shop, own_broker: Broker) -> None:
    products = own_shop.serve("products", deadline="2")
    made = [products.post("/products", TEA) for _ in range(10)]
    own_broker.kill()
    eventually(lambda: products.post("/products", TEA).status_code in {503, 504})
    assert products.get(made[0].headers["Location"]).content == made[0].content
    own_broker.start()
    back = eventually(lambda: [a for a in [products.post("/products", TEA)] if a.status_code == 201], 30)
    for answer in [*made, *back]:
        assert products.get(answer.headers["Location"]).content == answer.content
    products.wait_ready().stop()


def test_without_a_broker_it_starts_says_that_it_is_not_ready_and_waits(own_shop: Shop, own_broker: Broker) -> None:
    own_broker.stop()
    products = own_shop.start("products")
    eventually(lambda: "out of reach" in products.output() or "does not answer" in products.output())
    own_broker.start()
    products.wait_ready()
    assert products.post("/products", TEA).status_code == 201


def test_it_stops_in_time_while_kafka_stands_still(own_shop: Shop, own_broker: Broker) -> None:
    products = own_shop.serve("products", threads="8")
    with own_broker.frozen(), ThreadPoolExecutor(6) as pool:
        sent = [pool.submit(products.post, "/products", TEA) for _ in range(6)]
        eventually(lambda: sum(answer.done() for answer in sent) == 2)  # half of the threads wait, the rest is refused
        started = time.monotonic()
        products.terminate()
        assert sorted(answer.result().status_code for answer in sent) == [503] * 2 + [504] * 4
        assert products.wait_ended() == 0  # its master ends it by force after 6 s
        assert time.monotonic() - started < 7


def test_after_a_standstill_of_kafka_the_service_goes_on_by_itself(own_shop: Shop, own_broker: Broker) -> None:
    """A client may forget its last broker meanwhile; then another must take its place."""
    products = own_shop.serve("products", deadline="3")
    for _ in range(3):
        with own_broker.frozen():
            eventually(lambda: "not-ready" in products.post("/products", TEA).text, 10)
        eventually(lambda: products.post("/products", TEA).status_code == 201, 40)
        products.wait_ready()
