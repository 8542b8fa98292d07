"""Which names topics and services may have."""

import keyword
import re

from marshmallow import ValidationError

RESERVED = frozenset({"id", "current", "body", "args", "now", "db", "event"})
"""Parameters of functions that have a meaning of their own."""

OWN_TABLES = ("foldline_", "sqlite_")
"""How names in the state begin that are not for applications."""

_TOPIC = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,62}")
_LOG_NAME = re.compile(r"[A-Za-z0-9._-]{1,249}")
_SERVICE = re.compile(r"[a-z][a-z0-9-]{0,62}")


def check_topic(name: str) -> None:
    """A topic's name is a parameter's name and a view's."""
    if _TOPIC.fullmatch(name) is None or keyword.iskeyword(name):
        raise ValidationError("a topic's name is an identifier, such as products: functions take it as a parameter")
    if name in RESERVED:
        raise ValidationError(f"{name} cannot be a topic: as a parameter of functions it means something else")
    if name.lower().startswith(OWN_TABLES):
        raise ValidationError(f"a topic's name may not begin with {' or '.join(OWN_TABLES)}")


def check_log_name(name: str) -> None:
    """Kafka's own rule."""
    if _LOG_NAME.fullmatch(name) is None or name in {".", ".."}:
        raise ValidationError("a topic's name on the log has 1 to 249 letters, digits, dots, dashes and underscores")


def check_service(name: str) -> None:
    """A service's name is also a host's and a file's."""
    if _SERVICE.fullmatch(name) is None:
        raise ValidationError("a service's name has small letters, digits and dashes, and begins with a letter")
