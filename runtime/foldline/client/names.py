"""Names in two spellings: camelCase on the wire, snake_case in Python."""

import keyword
import re
from collections.abc import Container

_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def python_name(wire: str, taken: Container[str] = ()) -> str:
    """`firstName` is `first_name`; a word of Python's, or one that is taken, gets an underscore: `from_`."""
    name = re.sub(r"\W", "_", _BOUNDARY.sub("_", wire)).lower().lstrip("_")
    return f"{name}_" if keyword.iskeyword(name) or name in taken else name


def class_name(topic: str) -> str:
    """`line_items` is `LineItems`."""
    return "".join(part[:1].upper() + part[1:] for part in topic.split("_"))
