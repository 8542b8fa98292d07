"""A small application of counters, and replicas of its services: for tests that race, kill and restart them."""

import json
import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any

import requests
from ports import free_port
from services import Service, eventually

from foldline.log.open import open_log
from foldline.log.port import Partition
from foldline.settings import Settings
from foldline.topics import create_topics
from foldline.topology import read_topology

ALLOW = frozenset({"short-lag", "low-replication"})

_FILES = {
    "topics.yaml": """
topics:
  counters:
    name: {topic}
    schema: functions.schemas:Counter
    partitions: {partitions}
    config: {config}
services:
  counters: {{port: 9995, topics: [counters], commands: [counters], queries: [counters]}}
  readers: {{port: 9996, topics: [counters], queries: [counters]}}
  keepers: {{port: 9997, topics: [counters], queries: [counters], repairs: true}}
""",
    "functions/schemas.py": """
from marshmallow import Schema, fields

class Counter(Schema):
    name = fields.String(required=True)
    value = fields.Integer(load_default=0)
""",
    "functions/commands/counters.py": """
from foldline import Entity, Remove, Set, command
from functions import schemas

@command("counters", "POST /counters", body=schemas.Counter)
def create(body: Entity) -> Set:
    return Set(body)

@command("counters", "PUT /counters/<id>", body=schemas.Counter)
def put(current: Entity, body: Entity) -> Set:
    return Set(current | body)

@command("counters", "POST /counters/<id>/increment")
def increment(current: Entity) -> Set:
    return Set(current | {{"value": current["value"] + 1}})
""",
    "functions/queries/counters.py": """
from foldline import Args, Entities, Entity, Page, query

@query("GET /counters", args=Page)
def browse(counters: Entities, args: Args) -> list[Entity]:
    return counters.page(**args)

@query("GET /counters/<id>")
def retrieve(counters: Entities, id: str) -> Entity:
    return counters[id]
""",
}


class Counters(AbstractContextManager["Counters"]):
    """The application in a folder, its topic on a log, and its replicas, which end with the context."""

    def __init__(
        self,
        folder: Path,
        url: str,
        topic: str,
        *,
        partitions: int = 3,
        config: Mapping[str, object] | None = None,
        **settings: str,
    ) -> None:
        """`config` is the topic's; `settings` are the services', without FOLDLINE_ (`repair_after="0.1-0.5"`)."""
        self.topic, self.partitions = topic, [Partition(topic, number) for number in range(partitions)]
        self._folder = folder
        self._settings = {f"FOLDLINE_{name.upper()}": value for name, value in settings.items()}
        self._settings |= {"FOLDLINE_LOG": url, "FOLDLINE_ALLOW": ",".join(ALLOW)}
        self._replicas: list[Replica] = []
        for path, text in _FILES.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text.format(topic=topic, partitions=partitions, config=json.dumps(dict(config or {}))))
        self.log = open_log(url, {}, "tests")
        self.create_topic()

    def create_topic(self) -> None:
        """Make the topic, where there is none."""
        topology = read_topology(self._folder / "topics.yaml", allow=ALLOW)
        create_topics(self.log, topology.topics.values(), Settings(allow=ALLOW))

    def start(self, count: int, service: str = "counters") -> "list[Replica]":
        """Start replicas, each with a new state, and return once all are ready."""
        started = [Replica(service, self._folder, self._settings) for _ in range(count)]
        self._replicas += started
        for replica in started:
            replica.service.wait_ready()
        return started

    def start_one(self, service: str = "counters") -> "Replica":
        """Start one replica with a new state."""
        [replica] = self.start(1, service)
        return replica

    def create(self, replica: "Replica", count: int) -> list[str]:
        """Make entities that count from 0; gives their ids."""
        answers = [replica.service.post("/counters", {"name": f"counter {number}"}) for number in range(count)]
        return [answer.json()["id"] for answer in answers]

    def catch_up(self, *replicas: "Replica") -> None:
        """Return once these are ready, and have folded the log up to its present end."""
        for replica in replicas:
            replica.service.wait_ready()
        ends = {partition: bounds.end for partition, bounds in self.log.bounds(self.partitions).items()}
        for replica in replicas:
            eventually(partial(replica.has_folded, ends))

    def __exit__(self, *_: object) -> None:
        for replica in self._replicas:
            replica.kill()
        self.log.close()


class Replica:
    """A service with a port and a state of its own, which can be killed and started again."""

    def __init__(self, name: str, folder: Path, settings: Mapping[str, str]) -> None:
        """Start it, and do not wait."""
        self._name, self._folder, self._port = name, folder, free_port()
        self._settings = {
            "FOLDLINE_BIND": f"127.0.0.1:{self._port}",
            "FOLDLINE_STATE": f"state-{self._port}.db",
            **settings,
        }
        self.service = self._start()
        self.url = self.service.url

    def _start(self) -> Service:
        return Service(self._name, [], self._folder, self._settings, self._port)

    def kill(self) -> None:
        """`kill -9` master and worker, as when the machine dies."""
        self.service.kill()

    def start_again(self) -> None:
        """Start it on the state that it had, and do not wait."""
        self.service = self._start()

    def kill_worker(self) -> None:
        """`kill -9` the worker; its master is to start another."""
        os.kill(eventually(lambda: self.service.worker), signal.SIGKILL)

    def kill_master(self) -> None:
        """`kill -9` the master alone; its worker is to notice, and to end."""
        self.service.process.kill()
        self.service.process.wait()

    def get(self, path: str) -> requests.Response:
        """Ask until it is ready to answer."""

        def ask() -> list[requests.Response]:
            answer = self.service.get(path)
            return [] if answer.status_code == 503 else [answer]

        [answer] = eventually(ask)
        return answer

    def status(self) -> Mapping[str, Any]:
        """As operators see it."""
        status: Mapping[str, Any] = self.get("/-/status").json()
        return status

    def has_folded(self, ends: Mapping[Partition, int]) -> bool:
        """Whether it has folded all that comes before these offsets."""
        next_of = {(at["topic"], at["partition"]): at["position"] for at in self.status()["partitions"]}
        return all(next_of[partition] >= end for partition, end in ends.items())

    def entities(self) -> Iterator[Mapping[str, Any]]:
        """All of them, by id, page after page."""
        path = "/counters?limit=1000"
        while path:
            page = self.get(path)
            yield from page.json()
            path = page.links.get("next", {}).get("url", "")

    def entity(self, id: str) -> tuple[int, str | None, bytes]:
        """Status, ETag and body of one; no body where there is none (a problem's tells of its own request)."""
        answer = self.get(f"/counters/{id}")
        return answer.status_code, answer.headers.get("ETag"), answer.content if answer.ok else b""


def figures(**found: object) -> None:
    """Say what a test went through, so that a reader sees that something happened."""
    print(", ".join(f"{name.replace('_', ' ')}: {figure}" for name, figure in found.items()))  # noqa: T201
