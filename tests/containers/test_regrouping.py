"""topics.yaml alone says which container runs which functions: the image is the same, and so are the answers."""

from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from e2e.test_regrouping import QUERIES, all_in_one, service, story
from kafka_container import KafkaContainer
from service_container import serving
from services import SERVICES, Shop
from testcontainers.core.network import Network

Story = list[tuple[int, str]]
Tell = Callable[[Mapping[str, Any] | None, Callable[[str], str]], Story]
"""Gives the story as the shop tells it, of its services and of which of them runs a function."""


def commands_apart() -> Mapping[str, Any]:
    """The queries of each topic in one service, its commands in another."""
    apart = {f"{topic}-queries": service(topic, queries=topic) for topic in SERVICES}
    return apart | {f"{topic}-commands": service(topic, commands=topic) for topic in SERVICES}


@pytest.fixture
def tell(image: str, network: Network, broker: KafkaContainer, tmp_path: Path) -> Tell:
    def tell(services: Mapping[str, Any] | None, name_of: Callable[[str], str]) -> Story:
        names = list(services or SERVICES)
        folder = tmp_path / f"{tmp_path.name}-{len(names)}"
        with (
            closing(Shop(folder, broker.url, services).create_topics()) as shop,
            serving(network, *names, topics_file=shop.folder / "topics.yaml") as containers,
        ):
            found = dict(zip(names, containers, strict=True))
            return story(lambda function: found[name_of(function)])

    return tell


def test_the_story_is_the_same_however_the_containers_are_grouped(tell: Tell) -> None:
    as_it_comes = tell(None, lambda function: function.partition(".")[0])
    assert [status for status, _ in as_it_comes][:4] == [201, 422, 200, 201]
    assert tell(all_in_one(), lambda _: "shop") == as_it_comes

    def apart(function: str) -> str:
        return f"{function.partition('.')[0]}-{'queries' if function in QUERIES else 'commands'}"

    assert tell(commands_apart(), apart) == as_it_comes
