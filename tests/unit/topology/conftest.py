from collections.abc import Callable
from pathlib import Path

import pytest

from foldline.errors import TopologyError
from foldline.topology import Topology, read_topology

Write = Callable[[str], Path]
Mistakes = Callable[[str], tuple[str, ...]]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(text: str) -> Path:
        path = tmp_path / "topics.yaml"
        path.write_text(text)
        return path

    return write


@pytest.fixture
def read(write: Write) -> Callable[[str], Topology]:
    return lambda text: read_topology(write(text))


@pytest.fixture
def mistakes(write: Write) -> Mistakes:
    """What is wrong with a file's text."""

    def mistakes(text: str) -> tuple[str, ...]:
        with pytest.raises(TopologyError) as caught:
            read_topology(write(text))
        return caught.value.problems

    return mistakes
