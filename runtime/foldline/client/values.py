"""What people write in Python, as it goes on the wire."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from foldline import jsontext
from foldline.client.names import python_name
from foldline.errors import Invalid


def exact(value: Any) -> Any:
    """The same with each float as the decimal number that was typed: 1.5 is `Decimal('1.5')`, no binary noise."""
    match value:
        case float():
            return Decimal(repr(value))
        case Mapping():
            return {name: exact(item) for name, item in value.items()}
        case list() | tuple():
            return [exact(item) for item in value]
    return value


def encode(fields: Mapping[str, Any]) -> bytes:
    """A body of these fields; raises Invalid for what JSON cannot hold."""
    for name, value in fields.items():
        try:
            jsontext.encode(value)
        except TypeError:
            wrong = f"{value!r} cannot be written as JSON"
            raise Invalid({name: [wrong]}, f"{python_name(name)}: {wrong}") from None
    return jsontext.encode(fields)


def query_text(value: Any) -> str:
    """A value in a query string."""
    match value:
        case bool():
            return "true" if value else "false"
        case date():
            return value.isoformat()
    return str(exact(value))
