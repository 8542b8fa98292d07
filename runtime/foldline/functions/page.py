"""The query string of a list."""

from marshmallow import Schema, fields, validate


class Page(Schema):
    """One page of a list: at most `limit` items, those that come after `after`."""

    limit = fields.Integer(load_default=100, validate=validate.Range(1, 1000))
    after = fields.String(load_default=None)
