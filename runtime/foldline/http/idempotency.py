"""`Idempotency-Key`: a write that is sent again is done once."""

import re
from typing import Any

from flask import request

from foldline.errors import Malformed
from foldline.writes.call import IdempotencyKey
from foldline.writes.keys import idempotency_key

_KEY = re.compile(r"[\x21-\x7e]{1,255}")


def key_of(body: Any) -> IdempotencyKey | None:
    """The key of the request at hand, whose decoded body is given; raises Malformed."""
    header = request.environ.get("HTTP_IDEMPOTENCY_KEY")
    if header is None:
        return None
    if _KEY.fullmatch(header) is None:
        raise Malformed("Idempotency-Key is 1 to 255 visible ASCII characters, a UUID say")
    return idempotency_key("", request.method, request.path, header, body)
