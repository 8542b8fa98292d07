"""A run: clients at work, faults on top of them, and in the end the log and all that the replicas hold."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from faults.evidence import gather
from faults.faults import Faults
from faults.grounds import EmbeddedGround, KafkaGround
from faults.history import Recorder
from faults.lanes import PATIENCE, Guard, Lane
from faults.load import Load
from faults.plan import REPLICAS, Lanes, LogKind
from faults.strangers import Strangers
from faults.subjects import Registers


@contextmanager
def running(folder: Path, log: LogKind, rule_off: str = "") -> Iterator[Registers]:
    """The application on a log of this kind, all of it in this folder, ready. Raises BrokerUnavailable."""
    folder.mkdir(parents=True, exist_ok=True)
    ground = EmbeddedGround(folder) if log == "embedded" else KafkaGround(folder, REPLICAS)
    with Registers(folder, ground, f"faults.{uuid4().hex}", REPLICAS, rule_off) as registers:
        for replica in registers.replicas:
            replica.service.wait_ready()
        yield registers


def run_round(registers: Registers, plan: Lanes, seed: int, path: Path, patience: float = PATIENCE) -> None:
    """Have clients at work while these faults happen, and write everything down in `path`.

    `patience`: seconds within which all must come to rest afterwards.
    """
    with Recorder(path) as recorder:
        load = Load([replica.url for replica in registers.replicas], recorder, seed)
        guards = {f"replica {number}": Guard(replica, recorder) for number, replica in enumerate(registers.replicas)}
        faults, stop = _faults(registers, load, recorder), threading.Event()
        with load.under_way(), ThreadPoolExecutor(len(plan)) as pool:
            running = [
                pool.submit(Lane(name, faults[name], recorder, guards.get(name)).run, lane, stop)
                for name, lane in plan.items()
            ]
            try:
                for lane in running:
                    lane.result()
            finally:
                stop.set()
        for guard in guards.values():
            guard.settle()
        gather(registers, recorder, patience)


def _faults(registers: Registers, load: Load, recorder: Recorder) -> dict[str, Faults]:
    """What may happen, by lane."""
    ground = registers.ground
    strangers = Strangers(registers.log, ground.backend, registers.partitions, load.slots, recorder)
    of_replicas = {f"replica {number}": faults for number, faults in enumerate(registers.faults)}
    return {**of_replicas, "log": ground.faults, "strangers": strangers.faults()}


def stop(registers: Registers) -> None:
    """Stop the replicas in good order, which they must do."""
    for replica in registers.replicas:
        replica.service.stop()
