"""What must be true of every story, judged on the log as it was before any compaction.

The judge does not know the rule of heads.py. To it the log is a row of compare-and-set: a record counts if it follows
the very record that counted last, or comes from somebody who sets no headers.
"""

from collections import defaultdict
from collections.abc import Mapping

from .calls import DONE, NOTHING_WRITTEN, REFUSED, Answer, Call, Request, decide
from .log import LAG, Garbage, Record, Remove, Value
from .world import World

Chain = list[Record]
"""The records of one entity that count, oldest first."""


class Wrong(Exception):
    """The protocol broke a promise."""


def expect(truth: bool, otherwise: str) -> None:
    if not truth:
        raise Wrong(otherwise)


def judge(world: World) -> None:
    """Let everything come to rest, and hold what clients were told against what the log holds; raises Wrong."""
    world.settle()
    check(world)
    ask_again(world)
    world.settle()
    check(world)
    grow_old(world)
    check(world)
    write_once_more(world)


def check(world: World) -> None:
    chains = chains_of(world)
    check_states(world, chains)
    for chain in chains.values():
        check_decisions(world, chain)
    check_answers(world, chains)


def ask_again(world: World) -> None:
    """A client that has a key asks every replica again."""
    for name in list(world.first_asked):
        for replica in world.replicas:
            if world.ask(replica, name):
                world.settle([replica])


def grow_old(world: World) -> None:
    """Compaction takes all that it may, and a new replica folds what is left."""
    world.foreign("set", "last")
    for _ in range(LAG + 1):
        world.wait()
    world.compact(world.log.end - 1)
    world.start_replica("new")
    world.settle()


def write_once_more(world: World) -> None:
    """Where nobody disturbs it, a write to any entity, through any replica, is accepted."""
    for entity in chains_of(world):
        for replica in list(world.replicas):
            request = Request(f"last {entity} {replica}", "put", entity)
            world.requests[request.name] = request
            world.ask(replica, request.name)
            world.settle()
            answer = world.first_asked[request.name].answer
            expect(answer is not None and answer.status == DONE, f"{request.name} is answered {answer}")
    check(world)


# --- the judge's own reading of the log ---


def chains_of(world: World) -> Mapping[str, Chain]:
    chains: dict[str, Chain] = defaultdict(list)
    for record in world.log.everything:
        chain = chains[record.message.entity]
        if counts(record, chain):
            chain.append(record)
    return {entity: chain for entity, chain in chains.items() if chain}


def counts(record: Record, chain: Chain) -> bool:
    message = record.message
    if isinstance(message.value, Garbage) or message.repairs is not None:
        return False
    return message.follows in (None, chain[-1].offset if chain else -1)


# --- what must be true ---


def check_states(world: World, chains: Mapping[str, Chain]) -> None:
    """Every replica agrees with the log on each entity's ETag and value, and with every other on its head."""
    expected = {name: (chain[-1].offset, value_of(chain[-1])) for name, chain in chains.items()}
    heads = []
    for name, replica in world.replicas.items():
        entities = replica.state.entities
        held = {entity: (folded.head.origin, folded.value) for entity, folded in entities.items()}
        expect(held == expected, f"{name} holds {held}, but the log says {expected}")
        heads.append({entity: folded.head for entity, folded in entities.items()})
    expect(all(others == heads[0] for others in heads), f"replicas differ: {heads}")


def value_of(record: Record) -> Value:
    return Remove() if record.message.value is None else record.message.value


def check_decisions(world: World, chain: Chain) -> None:
    """Each command decided on the very value that its record follows."""
    requests = {message.id: call.request for call in world.calls.values() for message in call.sent}
    for before, record in zip([None, *chain], chain, strict=False):
        if record.message.id is not None:
            decision = decide(requests[record.message.id], value_of(before) if before else None)
            expect(decision == record.message.value, f"{record} was not decided on {before}")


def check_answers(world: World, chains: Mapping[str, Chain]) -> None:
    """Each request is written once or not at all, and each of its calls was told so, or told that it is not known."""
    counted = {record.message.id: record for chain in chains.values() for record in chain}
    written: dict[str, Chain] = defaultdict(list)
    for call in world.calls.values():
        own = [counted[message.id] for message in call.sent if message.id in counted]
        written[call.request.name] += own
        status = call.answer.status if call.answer else None
        expect(status is not None, f"{call.name} is never answered")
        expect(not own or status not in NOTHING_WRITTEN, f"{call.name} is answered {status}, and has written {own}")
    for name, records in written.items():
        expect(len(records) <= 1, f"{name} was written twice: {records}")
    for call in world.calls.values():
        check_call(world, call, written[call.request.name])


def check_call(world: World, call: Call, written: Chain) -> None:
    """What a client was told, by any replica, is what its request has written."""
    told = [Answer(DONE, record.message.entity, record.offset, record.message.value) for record in written]
    if call.answer and call.answer.status == DONE:
        expect([call.answer] == told, f"{call.name} is answered {call.answer}, and what is written is {told}")
    if call.answer and call.answer.status in REFUSED:
        known = [record for record in written if knew(world, call, record)]
        expect(not known, f"{call.name} is answered {call.answer.status}, though it is written: {known}")


def knew(world: World, call: Call, record: Record) -> bool:
    """Whether the replica had folded the record when it answered, and the key counted."""
    return record.offset < call.folded and call.asked_at - record.time <= world.rules.key_window
