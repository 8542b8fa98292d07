"""What a run works on: the replicas of a service, and a log, each with what can break beneath it."""

import os
from collections.abc import Mapping
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from pathlib import Path
from typing import Protocol

import requests
from brokers import Broker
from confluent_kafka.admin import AdminClient
from faults.application import PARTITIONS, write_application
from faults.faults import Faults, OfAReplica, of_a_broker, of_a_network, of_its_machine, of_the_embedded_log
from faults.machines import Clock, Disk, Network
from log_backends import Backend, KafkaBackend, SqliteBackend
from replicas import ALLOW, Replica
from services import REPOSITORY, Service, eventually, free_port

from foldline.log.open import open_log
from foldline.log.port import Log, Partition
from foldline.settings import Settings
from foldline.topics import create_topics
from foldline.topology import read_topology

DEADLINE = 3
"""Seconds that a command may take, so that many end as unknown."""


_MODULES = os.pathsep.join([str(REPOSITORY / "tests"), os.environ.get("PYTHONPATH", "")])


class Launched(Service):
    """A service whose clock can be shifted, and of which a rule can be turned off."""

    module = "faults.launcher"


class Subject(Replica):
    """A replica of the registers' service."""

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        """`settings` may hold those of `launcher.py`, too."""
        super().__init__("registers", folder, {**settings, "PYTHONPATH": _MODULES})

    def _start(self) -> Service:
        return Launched(self._name, [], self._folder, self._settings, self._port)

    def worker(self) -> int:
        """Its process now; 0: there is none."""
        return self.service.worker if self.service.process.poll() is None else 0

    def ask(self, session: requests.Session, path: str) -> requests.Response:
        """Ask until it answers."""

        def ask() -> list[requests.Response]:
            answer = session.get(self.url + path, timeout=30)
            return [] if answer.status_code == 503 else [answer]

        [answer] = eventually(ask, 60)
        return answer


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
        for file in self.path.parent.glob(f"{self.path.name}*"):
            file.unlink()

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


class Registers(AbstractContextManager["Registers"]):
    """The application on a log, its replicas, and their disks."""

    def __init__(self, folder: Path, ground: Ground, topic: str, replicas: int, rule_off: str = "") -> None:
        self._parts = ExitStack()
        self._folder, self._rule_off = folder, rule_off
        self.ground, self.topic = ground, topic
        self._topology = write_application(folder, topic)
        self._parts.callback(ground.close)
        self.log: Log = open_log(ground.backend.url, {}, "faults")
        self._parts.callback(self._close_log)
        self._create_topic()
        self.replicas: list[Subject] = []
        self.faults: list[Faults] = []
        for number in range(replicas):
            disk = self._parts.enter_context(Disk(folder / f"replica-{number}"))
            state = disk.folder / "state.db"
            clock = self._parts.enter_context(Clock(folder / f"clock-{number}"))
            replica = self._start(ground.url(number), state, clock)
            self.replicas.append(replica)
            of_replica = OfAReplica(replica, state).faults()
            self.faults.append({**of_replica, **of_its_machine(disk, clock), **ground.faults_of(number)})

    @property
    def partitions(self) -> list[Partition]:
        """All that the topic has."""
        return [Partition(self.topic, number) for number in range(PARTITIONS)]

    def make_topic_anew(self) -> None:
        """Delete the topic with all that it holds, and make it again; return once every replica has noticed."""
        if not self.ground.survives_its_topic:
            for replica in self.replicas:
                replica.kill()
        self.log.close()
        self.ground.delete_topic(self.topic)
        self.log = open_log(self.ground.backend.url, {}, "faults")
        self._create_topic()
        for replica in self.replicas:
            if not self.ground.survives_its_topic:
                replica.start_again()
            eventually(partial(_is_empty, replica), 60)

    def _close_log(self) -> None:
        self.log.close()

    def _create_topic(self) -> None:
        create_topics(self.log, read_topology(self._topology, allow=ALLOW).topics.values(), Settings(allow=ALLOW))

    def start_fresh(self) -> Subject:
        """Start another replica, which knows only what the log says."""
        clock = self._parts.enter_context(Clock(self._folder / "clock-fresh"))
        return self._start(self.ground.backend.url, self._folder / "fresh.db", clock)

    def _start(self, url: str, state: Path, clock: Clock) -> Subject:
        settings = {
            "FOLDLINE_LOG": url,
            "FOLDLINE_STATE": str(state),
            "FOLDLINE_ALLOW": ",".join(ALLOW),
            "FOLDLINE_DEADLINE": str(DEADLINE),
            "FOLDLINE_REPAIR_AFTER": "0.5-2",
            "FAULTS_CLOCK": str(clock.file),
            "FAULTS_RULE_OFF": self._rule_off,
        }
        replica = Subject(self._folder, settings)
        self._parts.callback(replica.kill)
        return replica

    def __exit__(self, *_: object) -> None:
        self._parts.close()


def _is_empty(replica: Subject) -> bool:
    return replica.service.is_ready() and not any(replica.status()["entities"].values())
