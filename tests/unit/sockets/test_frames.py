"""The messages of a service, byte for byte."""

import json
from typing import Any

import pytest
from stand_ins import topic, value
from wsproto.connection import Connection, ConnectionType
from wsproto.events import TextMessage

from foldline.event import Entity, Position
from foldline.log.port import Headers, Record
from foldline.sockets.frames import Frames


def texts(message: bytes) -> list[str]:
    """What a client reads, frame by frame."""
    client = Connection(ConnectionType.CLIENT)
    client.receive_data(message)
    frames = [event for event in client.events() if isinstance(event, TextMessage)]
    assert [frame.message_finished for frame in frames] == [False] * (len(frames) - 1) + [True]
    return [frame.data for frame in frames]


def record(content: str | None, headers: Headers = ()) -> Record:
    return Record("t.things", 0, 7, b"a", None if content is None else content.encode(), headers, 1_700_000_000_000)


def event(content: str | None, headers: Headers = (), **options: Any) -> Any:
    frames = Frames("service", {"things": topic(**options)})
    return json.loads("".join(texts(frames.event("a", record(content, headers)).message)))


def test_an_event_says_what_happened() -> None:
    headers = [("ce_type", b"things.put"), ("ce_time", b"2026-01-02T03:04:05.000Z"), ("raw", b"\xff"), ("none", None)]
    assert event(value(name="Tea"), headers) == {
        "type": "event",
        "topic": "things",
        "id": "a",
        "position": "t.things-0@7",
        "function": "things.put",
        "time": "2026-01-02T03:04:05.000Z",
        "removed": False,
        "entity": {"id": "a", "name": "Tea"},
        "headers": {"ce_type": "things.put", "ce_time": "2026-01-02T03:04:05.000Z"},
    }


def test_another_producers_record_has_no_function_and_the_records_time() -> None:
    said = event(value(name="Tea"))
    assert (said["function"], said["time"], said["headers"]) == (None, "2023-11-14T22:13:20.000Z", {})


def test_numbers_go_out_digit_for_digit() -> None:
    priced = record('{"eventType":"set","payload":{"id":"a","price":9.50}}')
    [text] = texts(Frames("service", {"things": topic()}).event("a", priced).message)
    assert '"price":9.50' in text


def test_a_removed_entity_is_told_as_it_was() -> None:
    said = event('{"eventType":"remove","payload":{"id":"a","name":"Tea"}}')
    assert (said["removed"], said["entity"]) == (True, {"id": "a", "name": "Tea"})


@pytest.mark.parametrize("content", [None, '{"eventType":"remove"}'])
def test_a_remove_that_says_no_more_has_no_entity(content: str | None) -> None:
    said = event(content)
    assert (said["removed"], said["entity"]) == (True, None)


def test_what_this_version_cannot_read_is_neither_removed_nor_shown() -> None:
    said = event('{"eventType":"renamed"}')
    assert (said["removed"], said["entity"]) == (False, None)


def test_an_entity_is_brought_up_to_date() -> None:
    assert event(value(name="Tea"), upcast=lambda old: old | {"new": True})["entity"]["new"] is True


def fails(old: Entity) -> Entity:
    raise KeyError("name")


def gives_no_json(old: Entity) -> Entity:
    return old | {"tags": {"a set"}}


@pytest.mark.parametrize("upcast", [fails, gives_no_json])
def test_an_entity_that_cannot_be_brought_up_to_date_is_not_shown(upcast: Any) -> None:
    assert event(value(name="Tea"), upcast=upcast)["entity"] is None


@pytest.mark.parametrize("letter", ["x", "é", "😀"])
def test_a_long_message_goes_in_frames_of_less_than_256_kb(letter: str) -> None:
    content = json.dumps({"eventType": "set", "payload": {"text": letter * 200_000}}, ensure_ascii=False)
    message = Frames("service", {"things": topic()}).event("a", record(content)).message
    parts = texts(message)
    assert len(parts) > 1
    assert max(len(part.encode()) for part in parts) < 256_000
    assert json.loads("".join(parts))["entity"]["text"] == letter * 200_000


def test_the_first_frame_says_where_the_state_is() -> None:
    ready = Frames("service", {"things": topic()}).ready([Position("t.things", 0, 7)])
    assert json.loads(texts(ready)[0]) == {"type": "ready", "service": "service", "positions": ["t.things-0@7"]}
