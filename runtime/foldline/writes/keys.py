"""Idempotency keys and ids: the digests that make a retry recognisable, and the ids that entities get."""

import secrets
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any

from foldline import jsontext
from foldline.writes.call import IdempotencyKey


def idempotency_key(caller: str, method: str, path: str, key: str, body: Any) -> IdempotencyKey:
    """The digests of a request with an Idempotency-Key; `body` as decoded from JSON, None where there is none.

    Digests are spelled in hexadecimal, for they stand in headers that other programs print. `caller` is empty while
    there is no access control. The order of a body's fields does not matter.
    """
    request = sha256(jsontext.encode(_in_order(body))).hexdigest().encode()
    return IdempotencyKey(_digest(caller, method, path, key), request)


def new_id() -> str:
    """An id for a new entity: 22 URL-safe characters, of 128 random bits."""
    return _id(secrets.token_bytes(16))


def derived_id(key: bytes) -> str:
    """The id of the entity that is created with an idempotency key of this digest: two replicas make the same one."""
    return _id(bytes.fromhex(key.decode())[:16])


def _id(bits: bytes) -> str:
    """Not with a dash in front, which every command line would take for an option."""
    text = urlsafe_b64encode(bits).rstrip(b"=").decode()
    return f"_{text[1:]}" if text.startswith("-") else text


def _digest(*parts: str) -> bytes:
    """Each part goes in after its length, so that no two lists of parts are the same text."""
    digest = sha256()
    for part in parts:
        raw = part.encode()
        digest.update(b"%d:" % len(raw))
        digest.update(raw)
    return digest.hexdigest().encode()


def _in_order(value: Any) -> Any:
    match value:
        case dict():
            return {name: _in_order(value[name]) for name in sorted(value)}
        case list():
            return [_in_order(item) for item in value]
    return value
