"""Fuzz target: a record of which every part may hold any bytes."""

import orjson

from foldline import jsontext, wire
from foldline.fold.batch import Batch
from foldline.fold.candidates import read
from foldline.fold.entity import FoldedEntity
from foldline.fold.known import KnownEntities
from foldline.log.port import Record
from foldline.log.records import Held

_BETWEEN = b"\xff\xfe"
"""Stands between a record's parts: key, value, then each header's name and value. An empty part is a null."""

SEEDS = [
    _BETWEEN.join(parts)
    for parts in (
        [b"a", b'{"eventType":"set","payload":{"id":"a","price":9.50}}', b"follows", b"-1"],
        [b"a", b'{"eventType":"set","payload":{"name":"Tea","id":"b"}}', b"follows", b"3", b"ce_time", b"now"],
        [b"a", b'{"eventType":"remove","payload":{"id":"a"}}', b"repairs", b"5", b"follows", b"4"],
        [b"a", b""],
        [b"\xff", b'{"eventType":"archived"}'],
        [b"a", b'{"eventType":"set","payload":' + b'{"a":' * 260 + b"1" + b"}" * 260 + b"}"],
        [b"a", b'{"eventType":"set","payload":{"n":1e99999999999999999999,"s":"\\ud800"}}'],
    )
]


def judge(data: bytes) -> None:
    """Raise unless the record is dead for a reason, or says one thing, however it is asked."""
    record = _record(data)
    candidate = read("things", record)
    assert (candidate.placed is None) == (candidate.reason is not None)
    _check_batch(record, dead=candidate.placed is None)
    if candidate.placed is not None:
        assert candidate.id is not None
        _check_payload(candidate.id, record.value, candidate.kind)


def _record(data: bytes) -> Record:
    key, value, *rest = [part or None for part in data.split(_BETWEEN)] + [None] * 2
    names = [(name or b"").decode(errors="replace") for name in rest[::2]]
    headers = [(name, raw) for name, raw in zip(names, rest[1::2], strict=False) if name]
    return Record("t", 0, 7, key, value, headers, 1_700_000_000_000)


def _check_batch(record: Record, *, dead: bool) -> None:
    """Alone in an empty state, it counts or is lost, and is dead in a batch where it is dead by itself."""
    batch = Batch({"t": "things"}, {"t": 1}, KnownEntities(FoldedEntity, empty=True))
    batch.judge([Held(record)], keep_changes=True)
    assert len(batch.dead) == dead


def _check_payload(id: str, value: bytes | None, kind: int) -> None:
    """What can be read has the key's id, and is JSON to both readers."""
    payload = wire.read_payload(id, value)
    if payload is None:
        assert kind != wire.REMOVED  # a set may hold what cannot be written again
        return
    assert payload.removed == (kind == wire.REMOVED)
    if payload.text is not None:
        assert orjson.loads(payload.text)["id"] == id
        assert isinstance(jsontext.decode(payload.text), dict)
