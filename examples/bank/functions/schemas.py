"""What the bank's entities look like, and what may be asked of them."""

from decimal import Decimal

from marshmallow import Schema, ValidationError, fields, validate


def whole_cents(amount: Decimal) -> None:
    """There is no smaller money."""
    if amount * 100 % 1:
        raise ValidationError("It may have at most 2 decimals.")


def money() -> fields.Decimal:
    """An amount that can be moved: from a cent to a thousand million."""
    limits = validate.Range(0, 10**9, min_inclusive=False)
    return fields.Decimal(required=True, validate=[limits, whole_cents])


def reference() -> fields.String:
    """The id of another entity."""
    return fields.String(required=True, validate=validate.Length(1, 512))


class Account(Schema):
    """A customer's money. The balance and the transfers are what commands made of them."""

    id = fields.String(dump_only=True)
    customer = fields.String(required=True, validate=validate.Length(1, 200))
    balance = fields.Decimal(dump_only=True)
    sent = fields.List(fields.String(), dump_only=True)
    received = fields.List(fields.String(), dump_only=True)


class Amount(Schema):
    """Money that is paid in or out."""

    amount = money()


class Transfer(Schema):
    """Money that is to go from one account to another."""

    id = fields.String(dump_only=True)
    fromAccount = reference()
    toAccount = reference()
    amount = money()
    askedAt = fields.DateTime(dump_only=True)


class Step(Schema):
    """An account's part of a transfer."""

    transferId = reference()
