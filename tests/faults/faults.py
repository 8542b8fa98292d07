"""The faults, each as a context: it lasts as long as the block."""

import os
import signal
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

from brokers import Broker
from faults.machines import Clock, Disk, Network
from replicas import Replica

Fault = Callable[[], AbstractContextManager[None]]
Faults = Mapping[str, Fault]
"""By the names of `plan.py`. What this machine does not allow is left out."""


class OfAReplica:
    """What happens to one service."""

    def __init__(self, replica: Replica, state: Path) -> None:
        """`state` is its file."""
        self._replica = replica
        self._state = state

    def faults(self) -> Faults:
        """By their names."""
        return {
            "replica killed": self.killed,
            "worker killed": self.worker_killed,
            "master killed": self.master_killed,
            "replica restarted": self.restarted,
            "replica frozen": self.frozen,
            "state deleted": self.state_deleted,
            "state damaged": self.state_damaged,
        }

    @contextmanager
    def killed(self) -> Iterator[None]:
        self._replica.kill()
        yield
        self._replica.start_again()

    @contextmanager
    def worker_killed(self) -> Iterator[None]:
        self._replica.kill_worker()  # its master starts another
        yield

    @contextmanager
    def master_killed(self) -> Iterator[None]:
        self._replica.kill_master()
        yield
        self._replica.start_again()

    @contextmanager
    def restarted(self) -> Iterator[None]:
        """In good order, unless it has only begun to start."""
        self._replica.service.terminate()
        assert self._replica.service.wait_ended() in (0, -signal.SIGTERM), "it did not stop in good order"
        yield
        self._replica.start_again()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        group = self._replica.service.process.pid
        os.killpg(group, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(group, signal.SIGCONT)

    @contextmanager
    def state_deleted(self) -> Iterator[None]:
        with self.killed():
            for file in self._state.parent.glob(f"{self._state.name}*"):
                file.unlink()
            yield

    @contextmanager
    def state_damaged(self) -> Iterator[None]:
        with self.killed():
            if self._state.exists():
                with self._state.open("r+b") as file:
                    file.write(b"nonsense" * 1000)
            yield


def of_its_machine(disk: Disk, clock: Clock) -> Faults:
    """What happens beneath it."""
    return {"clock jumped": clock.jumped} | ({"state's disk full": disk.full} if disk.is_small else {})


def of_a_network(network: Network) -> Faults:
    """What happens between a service and the broker."""
    return {"network cut": network.cut, "network stalled": network.stalled}


def of_a_broker(broker: Broker) -> Faults:
    """What happens to Kafka."""

    @contextmanager
    def killed() -> Iterator[None]:
        broker.kill()
        yield
        broker.start()

    @contextmanager
    def restarted() -> Iterator[None]:
        broker.stop()
        yield
        broker.start()

    return {"broker killed": killed, "broker restarted": restarted, "broker frozen": broker.frozen}


def of_the_embedded_log(path: Path, disk: Disk) -> Faults:
    """What happens to its file."""

    @contextmanager
    def locked() -> Iterator[None]:
        """Another process writes to it, and takes its time."""
        with closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield
            connection.execute("ROLLBACK")

    return {"log locked": locked} | ({"log's disk full": disk.full} if disk.is_small else {})
