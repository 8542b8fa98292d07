"""A record's headers as one text, so that a repair can write them back byte for byte."""

import orjson

from foldline.log.port import Headers


def pack(headers: Headers) -> str:
    """Headers as JSON; each value's bytes are spelled as Latin-1, so that any bytes can be kept."""
    return orjson.dumps(headers if type(headers) is list else list(headers), default=_latin_1).decode()


def _latin_1(raw: bytes) -> str:
    return raw.decode("latin-1")


def unpack(text: str) -> list[tuple[str, bytes | None]]:
    """What `pack` was given."""
    return [(name, None if value is None else value.encode("latin-1")) for name, value in orjson.loads(text)]
