"""The code that belongs to a topic."""

from inspect import isclass
from pathlib import Path
from typing import Any

from marshmallow import Schema

from foldline.errors import DeclarationError
from foldline.functions.application import LoadedTopic
from foldline.functions.modules import import_from
from foldline.nearest import nearest
from foldline.topology import Topic


def load_topic(topic: Topic, folder: Path) -> LoadedTopic:
    """A topic with its schema and upcast; raises DeclarationError."""
    place = f"topics.yaml: topics.{topic.name}"
    schema = _named(topic.schema, folder, f"{place}.schema")
    if not (isclass(schema) and issubclass(schema, Schema)):
        raise DeclarationError(f"{place}.schema: {topic.schema} is no marshmallow Schema class")
    upcast = None if topic.upcast is None else _named(topic.upcast, folder, f"{place}.upcast")
    if not (upcast is None or callable(upcast)):
        raise DeclarationError(f"{place}.upcast: {topic.upcast} is no function")
    return LoadedTopic(topic, schema, upcast)


def _named(path: str, folder: Path, named_by: str) -> Any:
    """What `module:name` names."""
    module_name, _, name = path.partition(":")
    module = import_from(folder, module_name, named_by)
    if not hasattr(module, name):
        raise DeclarationError(f"{named_by}: {module_name} has no {name}{nearest(name, vars(module))}")
    return getattr(module, name)
