"""What must be true of every story, judged on the log as it was before any compaction.

The judge does not know the rule of heads.py. To it the log is a row of compare-and-set: a record counts if it follows
the very record that counted last, or comes from somebody who sets no headers.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping

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
    for id, chain in chains.items():
        check_decisions(world, id, chain)
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
    for id in chains_of(world):
        for replica in list(world.replicas):
            request = Request(f"last {id} {replica}", "put", id)
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
    return {id: chain for id, chain in chains.items() if chain}


def counts(record: Record, chain: Chain) -> bool:
    message = record.message
    if isinstance(message.value, Garbage) or message.repairs is not None:
        return False
    return message.follows in (None, chain[-1].offset if chain else -1)


# --- what must be true ---


def check_states(world: World, chains: Mapping[str, Chain]) -> None:
    """Every replica agrees with the log on each entity's ETag and value, and with every other on its head."""
    expected = {id: (chain[-1].offset, value_of(chain[-1])) for id, chain in chains.items()}
    heads = []
    for name, replica in world.replicas.items():
        entities = replica.state.entities.items()
        held = {id: (entity.head.origin, entity.value) for id, entity in entities}
        expect(held == expected, f"{name} holds {held}, but the log says {expected}")
        heads.append({id: entity.head for id, entity in entities})
    expect(all(others == heads[0] for others in heads), f"replicas differ: {heads}")


def value_of(record: Record) -> Value:
    return Remove() if record.message.value is None else record.message.value


def check_decisions(world: World, id: str, chain: Chain) -> None:
    """Each command decided on the very value that its record follows."""
    requests = {message.id: call.request for call in world.calls.values() for message in call.sent}
    for before, record in zip([None, *chain], chain, strict=False):
        if record.message.id is not None:
            decision = decide(requests[record.message.id], value_of(before) if before else None)
            expect(decision == record.message.value, f"{record} of {id} was decided on something else than {before}")


def check_answers(world: World, chains: Mapping[str, Chain]) -> None:
    written = {record.message.id: record for chain in chains.values() for record in chain}
    answers: dict[str, Answer] = {}
    for call in world.calls.values():
        own = [written[message.id] for message in call.sent if message.id in written]
        for_request = list(records_of(call.request, world, written))
        expect(len(for_request) <= 1, f"{call.request.name} was written twice: {for_request}")
        answer = call.answer
        expect(answer is not None, f"{call.name} is never answered")
        assert answer is not None
        if answer.status in NOTHING_WRITTEN:
            expect(not own, f"{call.name} is answered {answer.status}, nothing written, and has written {own}")
        if answer.status in REFUSED:
            check_refusal(world, call, for_request)
        if answer.status == DONE:
            check_success(call, answer, for_request)
            first = answers.setdefault(call.request.name, answer)
            expect(answer == first, f"{call.name} is answered {answer}, and was answered {first}")


def records_of(request: Request, world: World, written: Mapping[str | None, Record]) -> Iterator[Record]:
    """What this request, over all its calls, has written."""
    ids = [message.id for call in world.calls.values() if call.request == request for message in call.sent]
    return (written[id] for id in ids if id in written)


def check_success(call: Call, answer: Answer, written: Chain) -> None:
    expect(len(written) == 1, f"{call.name} is answered {answer}, and nothing of it is written")
    record = written[0]
    told = Answer(DONE, record.message.entity, record.offset, record.message.value)
    expect(answer == told, f"{call.name} is answered {answer}, and has written {told}")


def check_refusal(world: World, call: Call, written: Chain) -> None:
    """A replica that has folded what a key has written does not refuse the key while it counts."""
    for record in written:
        known = record.offset < call.folded and call.asked_at - record.time <= world.rules.key_window
        assert call.answer is not None
        expect(not known, f"{call.name} is answered {call.answer.status}, though it is written: {record}")
