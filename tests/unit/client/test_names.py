"""Names in two spellings."""

import pytest

from foldline.client.names import class_name, python_name


@pytest.mark.parametrize(
    ("wire", "python"),
    [
        ("id", "id"),
        ("firstName", "first_name"),
        ("productID", "product_id"),
        ("HTMLText", "html_text"),
        ("line2Text", "line2_text"),
        ("already_snake", "already_snake"),
        ("from", "from_"),
        ("None", "none"),
        ("postal-code", "postal_code"),
        ("_hidden", "hidden"),
        ("straßenName", "straßen_name"),
    ],
)
def test_fields_are_spelled_as_python_does(wire: str, python: str) -> None:
    assert python_name(wire) == python


def test_a_name_that_is_taken_gets_an_underscore() -> None:
    assert python_name("firstName", {"first_name"}) == "first_name_"


@pytest.mark.parametrize(("topic", "name"), [("line_items", "LineItems"), ("products", "Products"), ("x", "X")])
def test_a_class_without_a_title_is_named_after_its_topic(topic: str, name: str) -> None:
    assert class_name(topic) == name
