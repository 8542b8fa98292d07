"""`Idempotency-Key`: a write that is sent again is done once."""

import re
from typing import Any

from foldline.errors import Malformed
from foldline.http.environ import Environ, path_of
from foldline.writes.call import IdempotencyKey
from foldline.writes.keys import idempotency_key

_KEY = re.compile(r"[\x21-\x7e]{1,255}")


def key_of(environ: Environ, body: Any) -> IdempotencyKey | None:
    """The key of a request, whose decoded body is given; raises Malformed."""
    header = environ.get("HTTP_IDEMPOTENCY_KEY")
    if header is None:
        return None
    if _KEY.fullmatch(header) is None:
        raise Malformed("Idempotency-Key is 1 to 255 visible ASCII characters, a UUID say")
    return idempotency_key("", environ["REQUEST_METHOD"], path_of(environ), header, body)
