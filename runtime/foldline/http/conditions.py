"""Conditional requests (RFC 9110, section 13): ETags, If-Match, If-None-Match."""

import re
from hashlib import blake2b
from typing import NamedTuple

from foldline.errors import Malformed
from foldline.writes.call import IfMatch

_NEXT_TAG = re.compile(r'[ \t]*(?:(?P<weak>W/)?"(?P<opaque>[\x21\x23-\x7e\x80-\xff]*)")?[ \t]*(?:,|$)')
_ORIGIN = re.compile(r"0|[1-9][0-9]{0,17}")


class Tag(NamedTuple):
    """One entity-tag; `opaque` is what stands between its quotes."""

    weak: bool
    opaque: str


def strong_tag(origin: int) -> str:
    """The ETag of an entity as it is stored."""
    return f'"{origin}"'


def weak_tag(position: str, version: str) -> str:
    """The ETag of what was made of the state at this position by this version of the functions."""
    return f'W/"{blake2b(f"{version} {position}".encode(), digest_size=12).hexdigest()}"'


def if_match(header: str | None) -> IfMatch | None:
    """What If-Match asks for; weak tags, and tags that are not ours, match nothing. Raises Malformed."""
    if header is None:
        return None
    tags = _tags("If-Match", header)
    if tags is None:
        return IfMatch(frozenset(), anything=True)
    return IfMatch(frozenset(int(tag.opaque) for tag in tags if not tag.weak and _ORIGIN.fullmatch(tag.opaque)))


def none_match(header: str | None, etag: str) -> bool:
    """Whether If-None-Match lets the answer with this ETag through; else it is 304. Raises Malformed."""
    if header is None:
        return True
    tags = _tags("If-None-Match", header)
    return tags is not None and etag.removeprefix("W/")[1:-1] not in {tag.opaque for tag in tags}


def _tags(name: str, header: str) -> list[Tag] | None:
    """The tags listed; None stands for `*`."""
    if header.strip(" \t") == "*":
        return None
    tags, at = [], 0
    while at < len(header):
        match = _NEXT_TAG.match(header, at)
        if match is None:
            raise Malformed(f'{name} is a list of ETags like "42", or *')
        if match["opaque"] is not None:
            tags.append(Tag(match["weak"] is not None, match["opaque"]))
        at = match.end()
    if not tags:
        raise Malformed(f"{name} names no ETag")
    return tags
