"""The records on Kafka, as any other program reads and writes them (docs/design.md, section 6)."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from brokers import Broker
from confluent_kafka import Consumer, Message, Producer, TopicPartition
from services import Service, Shop, eventually

from foldline import wire
from foldline.log.port import Record

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
OUR_HEADERS = ("ce_id", "ce_source", "ce_type", "ce_time", "ce_specversion", "follows", "correlationid")


def plain(message: Message) -> Record:
    """What a record is made of."""
    assert message.error() is None
    topic, partition, offset, headers = message.topic(), message.partition(), message.offset(), message.headers() or []
    assert topic is not None
    assert isinstance(headers, list)
    assert partition is not None
    assert offset is not None
    pairs = [(name, value) for name, value in headers if isinstance(value, bytes)]
    return Record(topic, partition, offset, message.key(), message.value(), pairs, message.timestamp()[1])


class Kafka:
    """One topic, seen through plain clients with their own settings."""

    def __init__(self, producer: Producer, consumer: Consumer, topic: str) -> None:
        self._producer, self._consumer, self._topic = producer, consumer, topic

    def produce(self, key: bytes | None, value: bytes | None, **more: Any) -> None:
        self._producer.produce(self._topic, value, key, **more)
        assert self._producer.flush(10) == 0

    def records(self, id: str) -> list[Record]:
        """All records of one entity."""
        return [record for record in self.all_records() if record.key == id.encode()]

    def all_records(self) -> list[Record]:
        """All records, partition by partition."""
        found: list[Record] = []
        for number in range(3):
            at = TopicPartition(self._topic, number)
            first, end = self._consumer.get_watermark_offsets(at, timeout=10)
            self._consumer.assign([TopicPartition(self._topic, number, first)])
            found += map(plain, self._consumer.consume(end - first, 10))
        return found


@pytest.fixture
def products(kafka_shop: Shop) -> Service:
    return kafka_shop.serve("products")


@pytest.fixture
def kafka(kafka_shop: Shop, broker: Broker) -> Iterator[Kafka]:
    servers = {"bootstrap.servers": broker.servers}
    with (
        Producer(servers | {"partitioner": "murmur2_random"}) as producer,
        Consumer(servers | {"group.id": "another program"}) as consumer,
    ):
        yield Kafka(producer, consumer, kafka_shop.topic("products"))


def headers(record: Record) -> dict[str, str]:
    """A record's headers, each of which it must have once, with a value."""
    found = {name: value.decode(errors="replace") for name, value in record.headers if value is not None}
    assert len(found) == len(record.headers)
    return found


def test_records_are_as_the_page_says(products: Service, kafka: Kafka) -> None:
    made = products.post("/products", '{"name": "Té", "price": 1.50}')
    path, tea = made.headers["Location"], made.json()["id"]
    products.put(path, {"price": 2, "name": "Té", "id": tea}, causation_id="r1", traceparent=TRACE)
    products.delete(path, idempotency_key="k")
    first, second, third = kafka.records(tea)

    assert [(record.value or b"").decode() for record in (first, second, third)] == [
        f'{{"eventType":"set","payload":{{"id":"{tea}","name":"Té","price":1.50}}}}',
        f'{{"eventType":"set","payload":{{"id":"{tea}","name":"Té","price":2}}}}',
        f'{{"eventType":"remove","payload":{{"id":"{tea}","name":"Té","price":2}}}}',
    ]
    assert made.headers["Log-Position"] == f"{first.topic}-{first.partition}@{first.offset}"

    assert tuple(headers(first)) == OUR_HEADERS == wire.USUAL  # what a replay tells at a glance is what is written
    assert set(headers(second)) == {*OUR_HEADERS, "causationid", "traceparent"}
    assert set(headers(third)) == {*OUR_HEADERS, "idempotencykey", "idempotencyrequest", "answer"}


def test_headers_say_what_caused_the_record_and_what_it_follows(products: Service, kafka: Kafka) -> None:
    made = products.post("/products", '{"name": "Tea", "price": 1}', x_request_id="r1")
    products.put(made.headers["Location"], '{"name": "Tea", "price": 2}', causation_id="r1", traceparent=TRACE)
    products.delete(made.headers["Location"])
    records = kafka.records(made.json()["id"])
    said = [headers(record) for record in records]

    assert [one["ce_type"] for one in said] == ["products.create", "products.update", "products.delete"]
    assert {(one["ce_source"], one["ce_specversion"]) for one in said} == {("/products", "1.0")}
    assert len({one["ce_id"] for one in said}) == 3
    assert said[0]["follows"] == "-1"
    assert [int(one["follows"]) for one in said[1:]] == [before.offset for before, _ in pairwise(records)]
    assert (said[0]["correlationid"], said[1]["causationid"], said[1]["traceparent"]) == ("r1", "r1", TRACE)
    for one in said:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", one["ce_time"])
        assert abs(datetime.fromisoformat(one["ce_time"]) - datetime.now(UTC)) < timedelta(minutes=1)


def test_every_client_that_hashes_as_java_does_finds_our_records(products: Service, kafka: Kafka) -> None:
    made = [products.post("/products", '{"name": "Tea", "price": 1}') for _ in range(40)]
    for answer in made:
        kafka.produce(answer.json()["id"].encode(), b'{"eventType":"set","payload":{"name":"Coffee","price":2}}')
    places: dict[bytes | None, set[int]] = {}
    for record in kafka.all_records():
        places.setdefault(record.key, set()).add(record.partition)
    assert {answer.json()["id"].encode() for answer in made} == set(places)
    assert all(len(place) == 1 for place in places.values())
    assert set().union(*places.values()) == {0, 1, 2}


def test_records_of_others_are_folded_though_they_carry_no_headers(products: Service, kafka: Kafka) -> None:
    kafka.produce(b"tea", b'{"eventType": "set", "payload": {"id": "other", "name": "Tea", "price": 1.50}}')
    eventually(lambda: products.get("/products/tea").status_code == 200)
    assert products.get("/products/tea").text == '{"id":"tea","name":"Tea","price":1.50}'
    kafka.produce(b"tea", b'{"eventType": "set", "payload": {"name": "Green tea", "price": 2, "colour": "green"}}')
    eventually(lambda: products.get("/products/tea").json()["name"] == "Green tea")
    updated = products.put("/products/tea", {"name": "White tea", "price": 3})
    assert updated.json() == {"id": "tea", "name": "White tea", "price": 3, "colour": "green"}
    kafka.produce(b"tea", b'{"eventType": "remove"}')
    eventually(lambda: products.get("/products/tea").status_code == 404)


def test_a_null_removes(products: Service, kafka: Kafka) -> None:
    made = products.post("/products", '{"name": "Tea", "price": 1}')
    kafka.produce(made.json()["id"].encode(), None)
    eventually(lambda: products.get(made.headers["Location"]).status_code == 404)


def test_what_counts_for_nobody_is_survived_and_listed(products: Service, kafka: Kafka) -> None:
    made = products.post("/products", '{"name": "Tea", "price": 1}')
    kafka.produce(made.json()["id"].encode(), b"{no json")
    kafka.produce(b"a", b'{"event": "set"}')
    kafka.produce(b"b", b'{"eventType": "set", "payload": {}}', headers={"follows": "7000"})
    kafka.produce(b"\xff\xfe", b'{"eventType": "remove"}')
    eventually(lambda: len(products.get("/-/dead-letters").json()) == 4)
    letters = products.get("/-/dead-letters").json()
    keys = [letter["key"] for letter in letters]
    assert all(key in keys for key in (made.json()["id"], "a", "b", {"base64": "//4="}))
    assert all(letter["reason"] and letter["position"] for letter in letters)
    assert products.get(made.headers["Location"]).text == made.text
    assert products.put(made.headers["Location"], '{"name": "Tea", "price": 2}').status_code == 200
    assert products.get("/readyz").status_code == 200

    assert products.post(f"/-/dead-letters/{letters[0]['number']}/discard", {}).status_code == 204
    assert [letter["number"] for letter in products.get("/-/dead-letters").json()] == [
        letter["number"] for letter in letters[1:]
    ]


def test_an_entity_that_a_newer_version_wrote_is_kept_as_it_is(products: Service, kafka: Kafka) -> None:
    kafka.produce(b"tea", b'{"eventType": "renamed", "payload": {}}')
    eventually(lambda: products.get("/products/tea").status_code == 500)
    assert products.get("/products/tea").json()["type"] == "urn:foldline:problem:unreadable"
    assert products.put("/products/tea", '{"name": "Tea", "price": 2}').status_code == 500
    assert products.get("/products").json() == []
    assert products.post("/products", '{"name": "Tea", "price": 2}').status_code == 201
