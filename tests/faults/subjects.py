"""What a run works on: an application on a log, its replicas, and the machine beneath each."""

import os
from collections.abc import Mapping
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from pathlib import Path

import requests
from faults.application import PARTITIONS, write_application
from faults.faults import Faults, OfAReplica, of_its_machine
from faults.grounds import Ground
from faults.machines import Clock, Disk
from replicas import ALLOW, Replica
from services import REPOSITORY, Service, eventually

from foldline.log.open import open_log
from foldline.log.port import Log, Partition
from foldline.settings import Settings
from foldline.topics import create_topics
from foldline.topology import read_topology

DEADLINE = 3
"""Seconds that a command may take, so that many end as unknown."""

_MODULES = os.pathsep.join([str(REPOSITORY / "tests"), os.environ.get("PYTHONPATH", "")])


class Subject(Replica):
    """A replica of the registers' service."""

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        """`settings` may hold those of `launcher.py`, too."""
        super().__init__("registers", folder, {**settings, "PYTHONPATH": _MODULES})

    def _start(self) -> Service:
        return Service(self._name, [], self._folder, self._settings, self._port, module="faults.launcher")

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


class Registers(AbstractContextManager["Registers"]):
    """The application on a log, its replicas, and their disks."""

    def __init__(self, folder: Path, ground: Ground, topic: str, replicas: int, rule_off: str = "") -> None:
        """`ground` ends with it. Does not wait for the replicas."""
        self._folder, self._rule_off = folder, rule_off
        self.ground, self.topic = ground, topic
        self.replicas: list[Subject] = []
        self.faults: list[Faults] = []
        """Of each replica."""
        self._parts = ExitStack()
        self._parts.callback(ground.close)
        try:
            self._topology = write_application(folder, topic)
            self.log: Log = open_log(ground.backend.url, {}, "faults")
            self._parts.callback(self._close_log)
            self._create_topic()
            for number in range(replicas):
                self._add_replica(number)
        except BaseException:
            self._parts.close()
            raise

    def _add_replica(self, number: int) -> None:
        disk = self._parts.enter_context(Disk(self._folder / f"replica-{number}"))
        clock = self._parts.enter_context(Clock(self._folder / f"clock-{number}"))
        state = disk.folder / "state.db"
        replica = self._start(self.ground.url(number), state, clock)
        self.replicas.append(replica)
        of_replica = OfAReplica(replica, state).faults()
        self.faults.append({**of_replica, **of_its_machine(disk, clock), **self.ground.faults_of(number)})

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
