"""A real Kafka broker in a container: of the public image, or of the stand-in that scripts/engine.sh makes."""

import re
from contextlib import suppress
from typing import Self

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient
from engine import REPOSITORY
from ports import free_port
from services import eventually
from testcontainers.core.container import DockerContainer
from testcontainers.core.network import Network

_FILES = REPOSITORY / "scripts" / "kafka"
_START_SECONDS = 120.0


class KafkaContainer(DockerContainer):
    """One broker, which other containers of the network know as `kafka:9092`. It can be killed and started again."""

    def __init__(self, network: Network) -> None:
        super().__init__(_image(), network=network, network_aliases=["kafka"], hostname="kafka")
        self._port = free_port()  # chosen beforehand, so that it stays over restarts
        self.ports["9094/tcp"] = ("127.0.0.1", self._port)  # type: ignore[assignment] # the engine takes an address too
        self.with_env("KAFKA_HEAP_OPTS", "-Xms128m -Xmx256m")
        for name, value in (_settings() | _listeners(self._port)).items():
            self.with_env("KAFKA_" + name.upper().replace(".", "_"), value)

    @property
    def servers(self) -> str:
        """As in `bootstrap.servers`, on this machine."""
        return f"127.0.0.1:{self._port}"

    @property
    def url(self) -> str:
        """As in FOLDLINE_LOG, on this machine."""
        return f"kafka://{self.servers}"

    def __enter__(self) -> Self:
        super().__enter__()
        self.wait_until_it_answers()
        return self

    def wait_until_it_answers(self) -> None:
        """Return once it serves clients; a port that accepts is not enough, for the engine opens it at once."""
        with AdminClient({"bootstrap.servers": self.servers, "log_level": 0}) as admin:
            eventually(lambda: _answers(admin), _START_SECONDS)


def _answers(admin: AdminClient) -> bool:
    with suppress(KafkaException):
        return bool(admin.list_topics(timeout=1).brokers)
    return False


def _image() -> str:
    """Of the same version as the jars that every other test uses."""
    version = re.search(r"kafka_2\.13</artifactId>\s*<version>(.+?)</version>", (_FILES / "pom.xml").read_text())
    assert version is not None
    return f"apache/kafka:{version[1]}"


def _settings() -> dict[str, str]:
    """Those of the broker that runs without a container, but for where it listens."""
    lines = [line for line in (_FILES / "server.properties").read_text().splitlines() if line and line[0] != "#"]
    pairs = dict(line.split("=", 1) for line in lines)
    return {name: value for name, value in pairs.items() if "@" not in value}


def _listeners(port: int) -> dict[str, str]:
    """Containers use one listener, this machine another: each is told an address at which it finds the broker."""
    return {
        "controller.quorum.voters": "1@localhost:9093",
        "listeners": "INTERNAL://:9092,EXTERNAL://:9094,CONTROLLER://:9093",
        "advertised.listeners": f"INTERNAL://kafka:9092,EXTERNAL://127.0.0.1:{port}",
        "listener.security.protocol.map": "INTERNAL:PLAINTEXT,EXTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "inter.broker.listener.name": "INTERNAL",
    }
