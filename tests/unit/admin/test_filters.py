"""The language of --filter."""

from decimal import Decimal

import pytest

from foldline.admin.filters import parse_filter
from foldline.errors import Malformed

ROW = {
    "id": "p1",
    "type": None,
    "event": "set",
    "headers": {"ce_id": "x=1"},
    "payload": {
        "id": "other",
        "type": "food",
        "name": "Salted Butter",
        "price": Decimal("10.50"),
        "sold": True,
        "note": None,
        "address": {"city": "Zürich"},
        "tags": ["a", "b"],
    },
}


@pytest.mark.parametrize(
    "text",
    [
        "price>9",  # as numbers: as text it would be smaller
        "price>=10.5",
        "price = 10.500",
        "price<1e2",
        "price!=11",
        "name~BUTTER",
        "name=Salted Butter",
        "name>Salt",
        "sold=true",
        "address.city~zür",
        'tags=["a","b"]',
        "headers.ce_id=x=1",
        "id=p1",
        "payload.id=other",
        "type=food",
        "colour!=red",
        "note!=x",
        "event=set",
    ],
)
def test_a_record_matches(text: str) -> None:
    assert parse_filter(text).matches(ROW)


@pytest.mark.parametrize(
    "text",
    [
        "price>10.5",
        "price>nine",
        "price=ten",
        "price<NaN",
        "price<Infinity",
        "name=salted butter",
        "colour=red",
        "colour<red",
        "note=null",
        "address=Zürich",
        "address.city.street=x",
        "id=other",
        "event!=set",
    ],
)
def test_a_record_does_not_match(text: str) -> None:
    assert not parse_filter(text).matches(ROW)


@pytest.mark.parametrize("text", ["", "price", "=1", ">", " ~x", "price ! 3"])
def test_what_is_no_filter_is_told_what_one_looks_like(text: str) -> None:
    with pytest.raises(Malformed, match="is no filter; one looks like price>2"):
        parse_filter(text)
