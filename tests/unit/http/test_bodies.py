"""Which bodies are taken."""

import json
from contextlib import suppress
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foldline.errors import Malformed
from foldline.http.bodies import LONGEST, decode

JSON = "application/json"


def post(client: Any, data: bytes, content_type: str = JSON) -> Any:
    return client.post("/products", data=data, content_type=content_type)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"\xff",
        b'{"name":"Tea","price":NaN}',
        b'{"name":"\\ud800","price":1}',
        b'{"name":"Tea","price":1}x',
        b'{"name":"Tea","price":1e999}',
        b'{"name":"Tea","name":"Coffee","price":1}',
        b'{"name":"Tea","price":' + b"1" * 101 + b"}",
        b'{"name":"Tea","price":0.' + b"1" * 101 + b"}",
        b"[" * 65 + b"]" * 65,
        b"[" * 5000 + b"]" * 5000,
    ],
)
def test_what_is_no_plain_json_is_400(shop: Any, client: Any, data: bytes) -> None:
    answer = post(client, data)
    assert answer.status_code == 400
    assert answer.json["type"] == "urn:foldline:problem:malformed"
    assert "body" in answer.json["detail"]
    assert not shop.writes.calls


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "", "text/json"])
def test_a_body_must_say_that_it_is_json(client: Any, content_type: str) -> None:
    answer = post(client, b'{"name":"Tea","price":1}', content_type)
    assert answer.status_code == 415
    assert answer.json["type"] == "urn:foldline:problem:unsupported-media-type"


@pytest.mark.parametrize("content_type", [JSON, "application/json; charset=utf-8", "application/merge-patch+json"])
def test_json_by_any_of_its_names_is_taken(client: Any, content_type: str) -> None:
    assert post(client, b'{"name":"Tea","price":1}', content_type).status_code == 200


def test_a_body_of_more_than_a_mebibyte_is_413(client: Any) -> None:
    data = b'{"name":"%s","price":1}'
    room = LONGEST - len(data) + 2
    assert post(client, data % (b"x" * room)).status_code == 200
    answer = post(client, data % (b"x" * (room + 1)))
    assert answer.status_code == 413
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize("longer", [0, 1, 2, LONGEST])
def test_a_chunked_body_is_measured_too(client: Any, longer: int) -> None:
    data = b'{"name":"Tea","price":1}'.ljust(LONGEST + longer)
    chunked = {"wsgi.input_terminated": True, "CONTENT_LENGTH": "", "CONTENT_TYPE": JSON}
    answer = client.post("/products", input_stream=BytesIO(data), environ_overrides=chunked)
    assert answer.status_code == (413 if longer else 200)


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({"name": "Tea"}, {"price": ["Missing data for required field."]}),
        ({"name": "Tea", "price": 1, "pirce": 2}, {"pirce": ["Unknown field; did you mean price?"]}),
        ({"name": "Tea", "price": 1, "tags": ["a", 1]}, {"tags": {"1": ["Not a valid string."]}}),
        ({"name": "Tea", "price": 1, "id": "p1"}, {"id": ["Unknown field."]}),
        ([], {"_schema": ["Invalid input type."]}),
        (None, {"_schema": ["Invalid input type."]}),
        ({"": 1, "name": "Tea", "price": 1}, {"": ["Unknown field."]}),
    ],
)
def test_a_body_that_is_not_valid_is_422_by_field(shop: Any, client: Any, body: Any, errors: Any) -> None:
    answer = post(client, json.dumps(body).encode())
    assert (answer.status_code, answer.json["errors"]) == (422, errors)
    assert answer.json["type"] == "urn:foldline:problem:invalid"
    assert not shop.writes.calls


def test_a_body_may_repeat_the_id_of_the_path(shop: Any, client: Any) -> None:
    assert client.put("/products/p1", json={"id": "p1", "name": "Tea", "price": 1}).status_code == 200
    assert shop.writes.call.body == {"name": "Tea", "price": 1}


@pytest.mark.parametrize("id", ["p2", 1, None])
def test_a_body_may_not_have_another_id_than_the_path(client: Any, id: Any) -> None:
    answer = client.put("/products/p1", json={"id": id, "name": "Tea", "price": 1})
    assert answer.status_code == 422
    assert list(answer.json["errors"]) == ["id"]


@pytest.mark.parametrize(("body", "status"), [({}, 200), ({"id": "p1"}, 200), ({"force": True}, 422), ([], 422)])
def test_a_command_without_a_body_takes_no_field(shop: Any, client: Any, body: Any, status: int) -> None:
    assert client.delete("/products/p1", json=body).status_code == status
    assert [call.body for _, call in shop.writes.calls] == ([None] if status == 200 else [])


def test_numbers_keep_every_digit() -> None:
    assert str(decode(b"1.10")) == "1.10"
    assert str(decode(b"1e-7")) == "1E-7"
    assert decode(b"123456789012345678901234567890") == 123456789012345678901234567890


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON_VALUES)
def test_what_the_standard_library_writes_is_read_alike(value: Any) -> None:
    try:
        text = json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return
    assert decode(text) == json.loads(text, parse_float=Decimal)


@given(st.binary(max_size=40) | st.text(alphabet='{}[],:"0123456789.eE+-\\untrfals ', max_size=40).map(str.encode))
def test_any_bytes_are_a_value_or_malformed(data: bytes) -> None:
    with suppress(Malformed):
        decode(data)
