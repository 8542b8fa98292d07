"""A batch tells the plainest records by a short cut; it must say what the rule of heads.py says of each."""

from hypothesis import given
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
    st.sampled_from([b"", b"007", b"+1", b" 1", b"\xc2\xb2", b"9" * 30]),
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


@given(records(), st.booleans(), st.integers(1, 30))
def test_the_short_cut_says_what_the_rule_says(records: list[Record], keep_changes: bool, cut: int) -> None:
    known = KnownEntities(FoldedEntity, empty=True)
    batch = Batch({"t": "things"}, {"t": 1}, known)
    for some in (records[:cut], records[cut:]):
        batch.judge(list(map(Held, some)), keep_changes=keep_changes)
    heads, lost, dead = by_the_rule(records)
    assert {entity.id: entity.head for entity in batch.heads} == heads
    assert (len(batch.lost), len(batch.dead)) == (lost, dead)
    for entity in batch.heads:
        assert entity.message is not None
        assert (entity.value, entity.kind) == (entity.message.value(), wire.kind_of(entity.message.value()))
