"""A record's headers as one text, so that a repair can write them back byte for byte."""

import orjson

from foldline.log.port import Headers

_BYTES = "latin-1"


def pack(headers: Headers) -> str:
    """Headers as JSON, values as text; where one is not UTF-8, all are spelled as Latin-1, and the JSON says so."""
    pairs = headers if type(headers) is list else list(headers)
    try:
        return orjson.dumps(pairs, default=bytes.decode).decode()
    except TypeError:
        return orjson.dumps({_BYTES: pairs}, default=_latin_1).decode()


def _latin_1(raw: bytes) -> str:
    return raw.decode(_BYTES)


def unpack(text: str) -> list[tuple[str, bytes | None]]:
    """What `pack` was given."""
    pairs, encoding = orjson.loads(text), "utf-8"
    if type(pairs) is dict:
        pairs, encoding = pairs[_BYTES], _BYTES
    return [(name, None if value is None else value.encode(encoding)) for name, value in pairs]
