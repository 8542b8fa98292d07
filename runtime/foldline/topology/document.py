"""A YAML file as plain data, that can still say in which line something stands."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from foldline.errors import TopologyError


class Document:
    """A YAML file's data, and where each part of it stands."""

    def __init__(self, name: str, text: bytes) -> None:
        """Raises TopologyError for text that is not one YAML document, or has a key twice in one mapping."""
        self._name = name
        try:
            self._root = yaml.compose(text, yaml.SafeLoader)
            doubles = [f"{name}:{line}: {key} stands here a second time" for key, line in _doubles(self._root)]
            self.data = None if self._root is None else _construct(self._root)
        except Exception as error:  # PyYAML's parts raise whatever odd text makes them raise
            raise TopologyError(self._explain(error)) from error
        if doubles:
            raise TopologyError(*doubles)

    def where(self, path: Sequence[Any]) -> str:
        """`topics.yaml:12 services.products.port`: the line of the deepest part of `path` that the file has."""
        node, line = self._root, 1
        for step in path:
            found = _child(node, step)
            if found is None:
                break
            node, line = found
        return f"{self._name}:{line} {'.'.join(map(str, path))}".rstrip()

    def _explain(self, error: Exception) -> str:
        if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
            said = f"{error.context}: {error.problem}" if error.context else error.problem
            return f"{self._name}:{error.problem_mark.line + 1}: {said}"
        if isinstance(error, RecursionError):
            return f"{self._name}: nested too deeply"
        return f"{self._name}: it cannot be read: {' '.join(str(error).split())}"


def read_document(path: Path) -> Document:
    """Read a YAML file; raises TopologyError."""
    try:
        return Document(path.name, path.read_bytes())
    except OSError as error:
        raise TopologyError(f"{path}: {error.strerror}; it says which topics and services there are") from error


def _construct(root: yaml.Node) -> Any:
    loader = yaml.SafeLoader("")
    try:
        return loader.construct_document(root)
    finally:
        loader.dispose()


def _child(node: yaml.Node | None, step: Any) -> tuple[yaml.Node, int] | None:
    """The part of a node under a key or an index, and the line of that."""
    match node:
        case yaml.MappingNode():
            for key, value in node.value:
                if key.value == str(step):
                    return value, key.start_mark.line + 1
        case yaml.SequenceNode() if isinstance(step, int) and step < len(node.value):
            item = node.value[step]
            return item, item.start_mark.line + 1
    return None


def _doubles(root: yaml.Node | None) -> Iterator[tuple[str, int]]:
    """Keys that stand twice in one mapping, with the later line; YAML itself would take the last one in silence."""
    waiting, seen = [root], set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        match node:
            case yaml.MappingNode():
                yield from _doubles_of(node)
                waiting += [part for pair in node.value for part in pair]
            case yaml.SequenceNode():
                waiting += node.value


def _doubles_of(mapping: yaml.MappingNode) -> Iterator[tuple[str, int]]:
    keys = set()
    for key, _ in mapping.value:
        if isinstance(key, yaml.ScalarNode):
            if key.value in keys:
                yield key.value, key.start_mark.line + 1
            keys.add(key.value)
