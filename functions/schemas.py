"""What the shop's entities look like, and what their fields may hold."""

from decimal import Decimal
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate


class Number(fields.Decimal):
    """A JSON number, kept digit for digit as it was written; text is refused."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:  # noqa: ARG002
        if type(value) not in {int, Decimal}:
            raise self.make_error("invalid")
        return value


def two_decimals_at_most(value: int | Decimal) -> None:
    """Cents are the smallest money there is."""
    exponent = Decimal(value).as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -2:
        raise ValidationError("It may have at most 2 decimals.")


def money() -> Number:
    """From nothing to a thousand million."""
    return Number(
        required=True,
        validate=[validate.Range(0, 10**9), two_decimals_at_most],
        metadata={"multipleOf": 0.01},  # the second rule, for the description
    )


_BLANK = r"\s\x1c-\x1f\x85\ufeff"
"""What is blank to Python's \\s or to that of JSON Schema, so that both read a pattern with it alike."""


def text() -> fields.String:
    """Text that shows something."""
    shows = validate.Regexp(f"[{_BLANK}]*[^{_BLANK}]", error="Blank.")
    return fields.String(required=True, validate=[validate.Length(max=200), shows])


def reference() -> fields.String:
    """The id of another entity."""
    return fields.String(required=True, validate=validate.Length(min=1, max=512))


class Product(Schema):
    """Something that can be bought."""

    id = fields.String(dump_only=True)
    name = text()
    price = money()


class Customer(Schema):
    """Somebody who buys."""

    id = fields.String(dump_only=True)
    firstName = text()
    lastName = text()


class Purchase(Schema):
    """One customer bought one product."""

    id = fields.String(dump_only=True)
    productId = reference()
    customerId = reference()
    total = money()
    transactionDate = fields.DateTime(dump_only=True)
