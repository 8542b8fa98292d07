"""Event-sourced services made of small functions over a Kafka log."""

from importlib.metadata import version

from foldline.errors import NotFound, Refused
from foldline.event import Entity, Event, Remove, Set
from foldline.functions.declare import command, projector, query
from foldline.functions.page import Page
from foldline.functions.ports import Args, Entities, Items, Tables

__version__ = version("foldline")

__all__ = [
    "Args",
    "Entities",
    "Entity",
    "Event",
    "Items",
    "NotFound",
    "Page",
    "Refused",
    "Remove",
    "Set",
    "Tables",
    "command",
    "projector",
    "query",
]
