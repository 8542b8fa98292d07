"""The logs that services run on, each with what can break in it."""

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

from brokers import Broker
from confluent_kafka.admin import AdminClient
from faults.faults import Faults, of_a_broker, of_a_network, of_the_embedded_log
from faults.machines import Disk, Network
from log_backends import Backend, KafkaBackend, SqliteBackend
from ports import free_port
from services import eventually


class Ground(Protocol):
    """A log that services run on."""

    @property
    def backend(self) -> Backend:
        """The log, seen from outside."""

    @property
    def faults(self) -> Faults:
        """What happens to it."""

    @property
    def survives_its_topic(self) -> bool:
        """Whether services can go on while a topic is deleted and made anew."""

    def url(self, replica: int) -> str:
        """FOLDLINE_LOG of a replica."""

    def faults_of(self, replica: int) -> Faults:
        """What happens between it and a replica."""

    def delete_topic(self, topic: str) -> None:
        """And all that it holds."""

    def close(self) -> None:
        """Let go of it."""


class EmbeddedGround:
    """The embedded log, on a disk of its own."""

    survives_its_topic = False

    def __init__(self, folder: Path) -> None:
        self._parts = ExitStack()
        disk = self._parts.enter_context(Disk(folder / "log"))
        self.path = disk.folder / "log.db"
        self.backend = SqliteBackend(self.path)
        self.faults = of_the_embedded_log(self.path, disk)

    def url(self, replica: int) -> str:
        return f"sqlite:{self.path}"

    def faults_of(self, replica: int) -> Faults:
        return {}

    def delete_topic(self, topic: str) -> None:
        for ending in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + ending).unlink(missing_ok=True)

    def close(self) -> None:
        self._parts.close()


class KafkaGround:
    """A broker of its own, to which each replica has a way of its own, beside that of everybody else."""

    survives_its_topic = True

    def __init__(self, folder: Path, replicas: int) -> None:
        self._parts = ExitStack()
        settings = folder / "broker.properties"
        self._broker = broker = Broker(folder / "broker", settings)
        (folder / "broker").mkdir()
        self._fronts = [free_port() for _ in range(replicas)]
        backs = [free_port() for _ in range(replicas)]
        settings.write_text(_listeners(dict(enumerate(backs)), dict(enumerate(self._fronts))))
        self._parts.callback(broker.stop)
        broker.start()
        self._networks = [
            self._parts.enter_context(Network(front, back)) for front, back in zip(self._fronts, backs, strict=True)
        ]
        self.backend = KafkaBackend(broker)
        self.faults = of_a_broker(broker)

    def url(self, replica: int) -> str:
        return f"kafka://127.0.0.1:{self._fronts[replica]}"

    def faults_of(self, replica: int) -> Faults:
        return of_a_network(self._networks[replica])

    def delete_topic(self, topic: str) -> None:
        with AdminClient({"bootstrap.servers": self._broker.servers}) as admin:
            admin.delete_topics([topic])[topic].result(30)
            eventually(lambda: topic not in admin.list_topics(timeout=10).topics)

    def close(self) -> None:
        self._parts.close()


def _listeners(backs: Mapping[int, int], fronts: Mapping[int, int]) -> str:
    """The broker's settings: it listens once more for each replica, which is told to come by its own network."""
    local = "PLAINTEXT://127.0.0.1:@PORT@,CONTROLLER://127.0.0.1:@CONTROLLER@"
    protocols = "".join(f",REPLICA{number}:PLAINTEXT" for number in backs)
    return "\n".join(
        [
            f"listeners={local}{_addresses(backs)}",
            f"advertised.listeners={local}{_addresses(fronts)}",
            f"listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT{protocols}",
            "",
        ]
    )


def _addresses(ports: Mapping[int, int]) -> str:
    return "".join(f",REPLICA{number}://127.0.0.1:{port}" for number, port in ports.items())
