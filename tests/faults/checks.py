"""What must be true of every history."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from faults.chains import Chain, at, chains, dead
from faults.history import NO_ANSWER, STRANGER, Attempt, Held, History, Logged
from faults.linear import TooHard, linearize
from faults.register import answered, may_be_written, operations, requests

Chains = Mapping[str, Chain]

FORESEEN = {NO_ANSWER, 200, 201, 404, 412, 503, 504}
"""How a request of these clients may be answered."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A promise that was broken."""

    check: str
    reason: str
    entity: str | None = None


Check = Callable[[History, Chains], Iterator[tuple[str, str | None]]]
"""Gives what is wrong, each with the entity concerned."""


def check(history: History) -> list[Failure]:
    """All that is wrong with a history."""
    found = chains(history.records)
    return [
        Failure(one.__name__.replace("_", " "), reason, entity)
        for one in CHECKS
        for reason, entity in one(history, found)
    ]


def of_each_entity(history: History) -> Mapping[str, Sequence[Attempt]]:
    """The attempts that concern each."""
    found: dict[str, list[Attempt]] = defaultdict(list)
    for attempt in history.attempts:
        if attempt.entity is not None:
            found[attempt.entity].append(attempt)
    return found


# --- what clients were told, held against itself ---


def every_answer_is_foreseen(history: History, _: Chains) -> Iterator[tuple[str, str | None]]:
    for attempt in history.attempts:
        if attempt.status not in FORESEEN:
            yield f"{attempt.name} was answered {attempt.status} {attempt.problem}", attempt.entity


def every_register_is_linearizable(history: History, _: Chains) -> Iterator[tuple[str, str | None]]:
    for entity, attempts in of_each_entity(history).items():
        try:
            if linearize(operations(attempts)) is None:
                yield "no order of what was done to it explains what was answered", entity
        except TooHard as hard:
            yield str(hard), entity


def an_etag_stands_for_one_value(history: History, _: Chains) -> Iterator[tuple[str, str | None]]:
    for entity, attempts in of_each_entity(history).items():
        values: dict[int, set[int]] = defaultdict(set)
        for attempt in attempts:
            if attempt.etag is not None and attempt.got is not None and attempt.do != "remove":
                values[attempt.etag].add(attempt.got)
        for etag, seen in values.items():
            if len(seen) > 1:
                yield f'ETag "{etag}" stood for {sorted(seen)}', entity


def a_replica_never_goes_back(history: History, _: Chains) -> Iterator[tuple[str, str | None]]:
    """What a replica has once shown or acknowledged, it shows from then on, or something newer."""
    for entity, attempts in of_each_entity(history).items():
        for replica in {attempt.replica for attempt in attempts} - {STRANGER}:
            told = [attempt for attempt in attempts if attempt.replica == replica and attempt.etag is not None]
            for read in told:
                if read.do == "read" and (newer := _shown_before(read, told)) is not None:
                    yield f'{read.name} read ETag "{read.etag}" after {newer.name} was told "{newer.etag}"', entity


def _shown_before(read: Attempt, told: Sequence[Attempt]) -> Attempt | None:
    return next((one for one in told if one.done < read.sent and (one.etag or 0) > (read.etag or 0)), None)


def a_read_is_as_new_as_it_asks_for(history: History, _: Chains) -> Iterator[tuple[str, str | None]]:
    for attempt in history.attempts:
        if attempt.do == "read" and attempt.position is not None and attempt.etag is not None:
            asked = int(attempt.position.rpartition("@")[2])
            if attempt.etag < asked:
                yield f'{attempt.name} asked for {attempt.position} and read ETag "{attempt.etag}"', attempt.entity


# --- what clients were told, held against the log ---


def nothing_acknowledged_is_lost(history: History, found: Chains) -> Iterator[tuple[str, str | None]]:
    for name, tries in requests(history.attempts).items():
        success = answered(tries)
        if success is None or success.do == "read" or success.replica == STRANGER or success.etag is None:
            continue
        entity = success.entity or ""
        record = next((one for one in found.get(entity, ()) if one.offset == success.etag), None)
        if record is None or record.request != name:
            yield f'{name} was told that it is ETag "{success.etag}", and the log has {record} there', entity
        elif record.value != (None if success.do == "remove" else success.got):
            yield f"{name} was told {success.got}, and the log has {record.value}", entity


def nothing_is_applied_twice(history: History, found: Chains) -> Iterator[tuple[str, str | None]]:
    for (name, entity), times in _written(found).items():
        if times > 1:
            yield f"{name} was applied {times} times", entity
    names = Counter(name for name, _ in _written(found))
    for name, entities in names.items():
        if entities > 1:
            yield f"{name} was applied to {entities} entities", None


def what_was_refused_is_not_written(history: History, found: Chains) -> Iterator[tuple[str, str | None]]:
    by_name = requests(history.attempts)
    for name, entity in _written(found):
        tries = by_name.get(name, ())
        if not may_be_written(tries):
            yield f"{name} was answered {[attempt.status for attempt in tries]}, and is written", entity


def _written(found: Chains) -> Counter[tuple[str, str]]:
    """How often each request counts for each entity."""
    return Counter((record.request, entity) for entity, chain in found.items() for record in chain if record.request)


def a_read_shows_the_log_at_its_position(history: History, found: Chains) -> Iterator[tuple[str, str | None]]:
    for attempt in history.attempts:
        if attempt.do != "read" or attempt.status != 200 or attempt.at is None or attempt.entity is None:
            continue
        chain = found.get(attempt.entity, ())
        folded = _offsets(attempt.at).get(chain[0].partition, -1) if chain else -1
        record = at(chain, folded)
        if record is None or (record.offset, record.value) != (attempt.etag, attempt.got):
            shown = f'ETag "{attempt.etag}", {attempt.got}'
            yield f"{attempt.name} read {shown} at {attempt.at}, where the log has {record}", attempt.entity


def _offsets(positions: str) -> Mapping[int, int]:
    """Offsets by partition, of a Log-Position header."""
    places = [position.strip().rpartition("@") for position in positions.split(",")]
    return {int(place.rpartition("-")[2]): int(offset) for place, _, offset in places}


# --- what is left at the end ---


def every_replica_holds_what_the_log_says(history: History, found: Chains) -> Iterator[tuple[str, str | None]]:
    says = {entity: chain[-1] for entity, chain in found.items() if chain[-1].value is not None}
    if not history.held:
        yield "no replica was asked what it holds", None
    for held in history.held:
        for entity in sorted(set(says) | set(held.entities)):
            shown = held.entities.get(entity)
            record = says.get(entity)
            if shown is None or record is None or tuple(shown) != (record.offset, record.value):
                yield f"{held.replica} holds {shown}, and the log says {record}", entity
        yield from _sums(held, says)


def _sums(held: Held, says: Mapping[str, Logged]) -> Iterator[tuple[str, str | None]]:
    expected = len(says), sum(record.value or 0 for record in says.values())
    if (held.count, held.total) != expected:
        yield f"{held.replica}'s projector has {(held.count, held.total)}, and the log makes {expected}", None


def nothing_is_set_aside_that_counts(history: History, _: Chains) -> Iterator[tuple[str, str | None]]:
    expected = sum(dead(record) for record in history.records)
    for held in history.held:
        if (held.dead_letters, held.parked, held.unreadable) != (expected, 0, 0):
            letters = f"{held.dead_letters} dead letters, {held.parked} parked events, {held.unreadable} unreadable"
            yield f"{held.replica} has {letters}, and there are {expected} records that count for nobody", None


def readiness_tells_the_truth(history: History, _: Chains) -> Iterator[tuple[str, str | None]]:
    for probe in history.probes:
        if probe.ready == (200, 200) and probe.read == 503:
            yield (
                f"replica {probe.replica} was ready at {probe.sent} and {probe.done}, and did not answer between",
                None,
            )


def there_was_no_trouble(history: History, _: Chains) -> Iterator[tuple[str, str | None]]:
    for trouble in history.troubles:
        yield trouble.what, None


CHECKS: tuple[Check, ...] = (
    there_was_no_trouble,
    every_answer_is_foreseen,
    nothing_acknowledged_is_lost,
    nothing_is_applied_twice,
    what_was_refused_is_not_written,
    every_register_is_linearizable,
    an_etag_stands_for_one_value,
    a_replica_never_goes_back,
    a_read_is_as_new_as_it_asks_for,
    a_read_shows_the_log_at_its_position,
    every_replica_holds_what_the_log_says,
    nothing_is_set_aside_that_counts,
    readiness_tells_the_truth,
)
