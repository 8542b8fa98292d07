"""What is left when all is over: the log, and what every replica holds."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import requests
from faults.history import Held, Logged, Recorder
from faults.subjects import Registers, Subject
from services import eventually

from foldline import wire
from foldline.log.port import Partition, Record

_AT_ONCE = 1_000


def gather(registers: Registers, recorder: Recorder, patience: float) -> None:
    """Wait until everything has come to rest, and write down what there is then.

    A new replica that knows only what the log says is one of those that are asked.
    """
    fresh = registers.start_fresh()
    replicas = [*registers.replicas, fresh]
    try:
        for replica in replicas:
            replica.service.wait_ready()
        ends = _come_to_rest(registers, replicas, patience)
        recorder.note(*(_held(replica) for replica in replicas))
        if _ends(registers) != ends:
            recorder.trouble("a record came when all was at rest")
    except AssertionError as error:
        recorder.trouble(f"it does not come to rest: {error}")
    finally:
        recorder.note(*_records(registers))
        fresh.kill()


def _come_to_rest(registers: Registers, replicas: Sequence[Subject], patience: float) -> dict[Partition, int]:
    """Return the log's ends, once all have folded up to them and nothing waits for repair."""

    def at_rest() -> list[dict[Partition, int]]:
        ends = _ends(registers)
        rest = all(r.has_folded(ends) and r.status()["repairs_waiting"] == 0 for r in replicas)
        return [ends] if rest and _ends(registers) == ends else []

    [ends] = eventually(at_rest, patience)
    return ends


def _ends(registers: Registers) -> dict[Partition, int]:
    return {partition: bounds.end for partition, bounds in registers.log.bounds(registers.partitions).items()}


def _held(replica: Subject) -> Held:
    with requests.Session() as session:
        session.trust_env = False
        answers = {entity: replica.ask(session, f"/registers/{entity}") for entity in _ids(replica, session)}
        entities = {
            entity: (int(answer.headers["ETag"].strip('"')), answer.json()["value"])
            for entity, answer in answers.items()
        }
        sums = replica.ask(session, "/sums").json() or [{"count": 0, "total": 0}]
        status = replica.ask(session, "/-/status").json()
    return Held(
        replica=replica.url,
        entities=entities,
        **sums[0],
        dead_letters=status["dead_letters"],
        parked=status["parked"],
        unreadable=status["unreadable"],
        counters=status["counters"],
    )


def _ids(replica: Subject, session: requests.Session) -> Iterator[str]:
    path = "/registers?limit=1000"
    while path:
        page = replica.ask(session, path)
        yield from (entity["id"] for entity in page.json())
        path = page.links.get("next", {}).get("url", "").removeprefix(replica.url)


def _records(registers: Registers) -> Iterator[Logged]:
    for partition, end in _ends(registers).items():
        start = 0
        while start < end and (records := registers.log.read(partition, start, _AT_ONCE)):
            yield from map(_logged, records)
            start = records[-1].offset + 1


def _logged(record: Record) -> Logged:
    envelope = _envelope(record.value)
    texts = {name: raw.decode() for name, raw in record.headers if raw is not None}
    payload = envelope["payload"] if envelope is not None and envelope["eventType"] == "set" else {}
    return Logged(
        partition=record.partition,
        offset=record.offset,
        key=_key(record.key),
        envelope=envelope is not None or record.value is None,
        value=payload.get("value"),
        follows=texts.get(wire.FOLLOWS),
        repairs=texts.get(wire.REPAIRS),
        request=texts.get(wire.CORRELATION),
    )


def _key(raw: bytes | None) -> str | None:
    try:
        return None if raw is None else raw.decode()
    except UnicodeDecodeError:
        return None


def _envelope(value: bytes | None) -> dict[str, Any] | None:
    """None: there is none."""
    try:
        found = json.loads(value or b"null")
    except ValueError:
        return None
    return found if isinstance(found, dict) and isinstance(found.get("eventType"), str) else None
