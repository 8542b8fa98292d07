"""What schemathesis is to know besides the document; it imports this by openapi.toml."""

from itertools import count
from typing import Any

import schemathesis

_numbers = count()


@schemathesis.hook
def map_headers(context: Any, headers: dict[str, Any] | None) -> dict[str, Any] | None:
    """Give each write a key of its own: one that was used for another write is refused, as it must be."""
    key = None if headers is None else headers.get("Idempotency-Key")
    if headers is None or not isinstance(key, str) or not 0 < len(key) < 240:
        return headers
    return headers | {"Idempotency-Key": f"{key}{next(_numbers)}"}
