"""The AsyncAPI document, held against the published schema and against what is really said.

asyncapi-3.0.0.json is that schema, without its white space: Copyright 2016-2025 AsyncAPI Initiative, Apache License 2.0
(https://github.com/asyncapi/spec-json-schemas).
"""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import (  # type: ignore[import-untyped]  # which openapi-spec-validator brings along
    Draft7Validator,
    Draft202012Validator,
    ValidationError,
)

from foldline.event import Position
from foldline.log.port import Record
from foldline.sockets.frames import Frames
from foldline.sockets.subscription import SubscribeFields

SCHEMA = json.loads(Path(__file__).with_name("asyncapi-3.0.0.json").read_text())
SET = b'{"eventType":"set","payload":{"id":"p1","name":"Tea","price":9.50}}'


@pytest.fixture
def document(client: Any) -> Any:
    answer = client.get("/asyncapi.json")
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    return answer.json


def check(document: Any, name: str, said: Any) -> None:
    """Hold what is said against the message of that name."""
    payload = document["components"]["messages"][name]["payload"]
    Draft202012Validator({"components": document["components"], **payload}).validate(said)


def content(message: bytes) -> Any:
    """What an unfragmented text message says."""
    return json.loads(message[2 if message[1] < 126 else 4 :])


def test_the_document_is_valid(document: Any) -> None:
    Draft7Validator(SCHEMA).validate(document)
    with pytest.raises(ValidationError):
        Draft7Validator(SCHEMA).validate(document | {"channels": []})


def test_it_names_each_message_once_for_each_topic(shop: Any, document: Any) -> None:
    names = {"ready", "gap", "reset", "subscribe", "event.products"}
    assert set(document["components"]["messages"]) == names
    assert {ref["$ref"].rpartition("/")[2] for ref in document["operations"]["tell"]["messages"]} == names - {
        "subscribe"
    }


@pytest.mark.parametrize("value", [SET, b'{"eventType":"remove"}', None, b'{"eventType":"renamed"}'])
def test_events_are_what_it_says(shop: Any, document: Any, value: bytes | None) -> None:
    frames = Frames("products", shop.application.topics)
    record = Record("eventbus.products", 0, 7, b"p1", value, [("ce_type", b"products.create"), ("raw", b"\xff")], 1000)
    check(document, "event.products", content(frames.event("p1", record).message))


def test_restarts_are_what_it_says(shop: Any, document: Any) -> None:
    frames, at = Frames("products", shop.application.topics), Position("eventbus.products", 0, 7)
    check(document, "ready", content(frames.ready([at])))
    check(document, "gap", content(frames.restart("gap", [at])))
    check(document, "reset", content(frames.restart("reset", [])))


@pytest.mark.parametrize(
    "wish",
    [
        {"type": "subscribe"},
        {"type": "subscribe", "topics": ["products"], "after": ["eventbus.products-0@42"]},
        {"type": "subscribe", "topics": None, "after": []},
    ],
)
def test_a_subscription_is_what_it_says(document: Any, wish: Any) -> None:
    assert not SubscribeFields().validate(wish)
    check(document, "subscribe", wish)


@pytest.mark.parametrize("wish", [{}, {"type": "unsubscribe"}, {"type": "subscribe", "after": "x@1"}])
def test_what_it_does_not_say_is_not_understood(document: Any, wish: Any) -> None:
    assert SubscribeFields().validate(wish)
    with pytest.raises(ValidationError):
        check(document, "subscribe", wish)
