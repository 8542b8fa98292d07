"""A batch tells the plainest records by a short cut; it must say what the rule of heads.py says of each."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from foldline import wire
from foldline.fold.batch import Batch
from foldline.fold.candidates import read
from foldline.fold.entity import FoldedEntity
from foldline.fold.heads import NO_HEAD, Head, becomes_head
from foldline.fold.known import KnownEntities
from foldline.log.port import Record
from foldline.log.records import Held

VALUES = st.sampled_from(
    [
        b'{"eventType":"set","payload":{"id":"a","n":1}}',
        b'{"eventType":"set","payload":{"id":"a","n":2,"t":"' + b"x" * 600 + b'"}}',
        b'{"eventType":"remove"}',
        b'{"eventType":"set","payload":7}',
        b'{"eventType":"later","payload":{}}',
        b'{"eventType":7}',
        b"[]",
        b"nonsense",
        None,
    ]
)
PLACES = st.one_of(
    st.none(),
    st.integers(-2, 30).map(lambda place: str(place).encode()),
    st.sampled_from([b"", b"007", b"+1", b" 1", b"\xc2\xb2", b"9" * 30, b"0" * 18 + b"1"]),
)


@st.composite
def records(draw: st.DrawFn) -> list[Record]:
    made = []
    for offset in range(draw(st.integers(1, 30))):
        headers = [("ce_type", b"x")]
        for name, chance in (("follows", 5), ("repairs", 1)):
            raw = draw(PLACES)
            if raw is not None and draw(st.integers(0, 5)) < chance:
                headers.append((name, raw))
        made.append(Record("t", 0, offset, draw(st.sampled_from([b"a", b"b"])), draw(VALUES), tuple(headers), offset))
    return made


def by_the_rule(records: list[Record]) -> tuple[dict[str, Head], int, int]:
    """Each entity's head, how many records lost, and how many are dead: one by one, without a short cut."""
    heads: dict[str, Head] = {}
    lost = dead = 0
    for record in records:
        candidate = read("things", record)
        assert candidate.id is not None
        head = heads.get(candidate.id, NO_HEAD)
        if candidate.placed is None:
            dead += 1
        elif candidate.placed.head == head or becomes_head(candidate.placed, head):
            heads[candidate.id] = candidate.placed.head
        else:
            lost += 1
    return heads, lost, dead


def new_batch(keys_since: float = 0) -> Batch:
    return Batch({"t": "things"}, {"t": 1}, KnownEntities(FoldedEntity, empty=True), keys_since)


@given(records(), st.booleans(), st.integers(1, 30))
@example([Record("t", 0, 5, b"a", b'{"eventType":"set","payload":{}}', [("follows", b"0" * 18 + b"1")], 0)], False, 1)
def test_the_short_cut_says_what_the_rule_says(records: list[Record], keep_changes: bool, cut: int) -> None:
    batch = new_batch()
    for some in (records[:cut], records[cut:]):
        batch.judge(list(map(Held, some)), keep_changes=keep_changes)
    heads, lost, dead = by_the_rule(records)
    assert {entity.id: entity.head for entity in batch.heads} == heads
    assert (len(batch.lost), len(batch.dead)) == (lost, dead)
    for entity in batch.heads:
        assert entity.message is not None
        assert (entity.value, entity.kind) == (entity.message.value(), wire.kind_of(entity.message.value()))


def as_commands_write(offset: int) -> Record:
    """A record with the headers of a command's, in their order."""
    headers = [(name, b"%d" % (offset - 1) if name == wire.FOLLOWS else b"x") for name in wire.USUAL]
    return Record("t", 0, offset, b"a", b'{"eventType":"set","payload":{}}', headers, offset)


@pytest.mark.parametrize("place", wire.USUAL)
@pytest.mark.parametrize("name", ["follows", "repairs", wire.KEY, "x"])
@pytest.mark.parametrize("raw", [b"0", b"1", b"-1"])
def test_headers_are_read_by_name_even_where_only_one_is_not_as_commands_write_it(
    place: str, name: str, raw: bytes
) -> None:
    plain = [as_commands_write(0), as_commands_write(1)]
    odd = as_commands_write(2)
    at = wire.USUAL.index(place)
    odd = odd._replace(headers=[*odd.headers[:at], (name, raw), *odd.headers[at + 1 :]])
    batch = new_batch()
    batch.judge(list(map(Held, [*plain, odd])), keep_changes=False)
    heads, lost, dead = by_the_rule([*plain, odd])
    assert {entity.id: entity.head for entity in batch.heads} == heads
    assert (len(batch.lost), len(batch.dead)) == (lost, dead)
    won = heads["a"].origin == 2
    assert [use.key for use in batch.keyed] == ([raw] if name == wire.KEY and won else [])


def keyed(offset: int, *, key: bytes = b"k", repairs: int | None = None) -> Held:
    """A record that carries an idempotency key, and stands on the log since second `offset`."""
    follows = offset - 1 if repairs is None else repairs - 1
    headers = [("follows", b"%d" % follows), (wire.KEY, key), (wire.REQUEST, b"r"), (wire.ANSWER, b"200 ")]
    if repairs is not None:
        headers.append((wire.REPAIRS, b"%d" % repairs))
    return Held(Record("t", 0, offset, b"a", b'{"eventType":"set","payload":{}}', headers, offset * 1000))


def test_of_keys_only_those_are_kept_that_can_still_count() -> None:
    batch = new_batch(keys_since=2000)
    batch.judge([keyed(1, key=b"old"), keyed(2, key=b"new")], keep_changes=False)
    assert [use.key for use in batch.keyed] == [b"new"]


def test_the_key_of_a_repair_is_not_read_even_where_its_original_was_never_seen() -> None:
    batch = new_batch()
    batch.judge([keyed(3, repairs=2)], keep_changes=False)
    assert [(entity.origin, entity.follows) for entity in batch.heads] == [(2, 1)]
    assert batch.keyed == []


def test_whatever_is_kept_of_single_records_counts_for_a_batchs_size() -> None:
    """Else a replay of keyed, or of dead, records would take any amount of memory before it commits."""
    batch = new_batch()
    batch.judge([keyed(offset) for offset in range(40)], keep_changes=False)
    assert batch.size == 1 + 40 // 4
    batch.judge([Held(Record("t", 0, 40 + n, b"a", b"nonsense", (), 0)) for n in range(5)], keep_changes=False)
    assert batch.size == 1 + 10 + 5
    batch.judge([keyed(45), keyed(46)], keep_changes=True)
    assert batch.size == 1 + 42 // 4 + 5 + 2
