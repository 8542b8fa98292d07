"""What ties a request to others: its own id, the id of what caused it, and a W3C trace."""

import random
import re
from collections.abc import Mapping
from typing import Any

from foldline import wire

_ID = re.compile(r"[\x21-\x7e]{1,128}")
_TRACE = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


_REQUEST_ID = "foldline.request_id"


def begin(environ: dict[str, Any]) -> str:
    """Give the request its id, once: its `X-Request-Id`, or a new one where it has none that can be recorded."""
    if _REQUEST_ID not in environ:
        sent = environ.get("HTTP_X_REQUEST_ID")
        environ[_REQUEST_ID] = sent if sent is not None and _ID.fullmatch(sent) else _new_id()
    return request_id(environ)


def _new_id() -> str:
    return f"{random.getrandbits(128):032x}"


def request_id(environ: Mapping[str, Any]) -> str:
    """The id that the request was given."""
    given: str = environ[_REQUEST_ID]
    return given


def recorded(environ: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """What a command's record keeps of it; what cannot be read is left out, as W3C Trace Context says."""
    trace = [(wire.CORRELATION, request_id(environ))]
    cause, parent = environ.get("HTTP_CAUSATION_ID"), environ.get("HTTP_TRACEPARENT")
    if cause is not None and _ID.fullmatch(cause):
        trace.append((wire.CAUSATION, cause))
    if parent is not None and _TRACE.fullmatch(parent):
        trace.append((wire.TRACE, parent))
    return tuple(trace)
