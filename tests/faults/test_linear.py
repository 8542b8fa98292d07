"""The search is told what is an order and what is none, by hand and by a register that really is one."""

from itertools import permutations
from random import Random

import pytest
from faults.linear import NEVER, Operation, TooHard, Value, after, linearize
from hypothesis import given, settings
from hypothesis import strategies as st


def op(do: str, sent: float, done: float, value: Value = None, expects: Value = None) -> Operation:
    return Operation(f"{do}@{sent}", do, sent, done, value, expects)


CREATED = op("create", 0, 1, 1000)

GOOD = {
    "nothing happened": [],
    "one after the other": [CREATED, op("put", 2, 3, 2000), op("read", 4, 5, 2000)],
    "two at once, and a read tells which was last": [
        CREATED,
        op("put", 2, 5, 2000),
        op("put", 2, 5, 3000),
        op("read", 6, 7, 2000),
    ],
    "a write whose outcome is not known takes place late": [
        CREATED,
        op("put", 2, NEVER, 2000),
        op("put", 3, 4, 3000),
        op("read", 5, 6, 2000),
    ],
    "a write whose outcome is not known never takes place": [
        CREATED,
        op("put", 2, NEVER, 2000),
        op("cas", 3, 4, 3000, expects=1000),
    ],
    "an increment of which nothing is known explains the next": [
        CREATED,
        op("increment", 2, NEVER),
        op("increment", 3, 4, 1002),
    ],
    "a stale read": [CREATED, op("put", 2, 3, 2000), op("read", -NEVER, 5, 1000)],
    "a read before it was created": [CREATED, op("read", -NEVER, 5, None)],
    "removed, and set again by a stranger": [
        CREATED,
        op("remove", 2, 3, 1000),
        op("read", 4, 5, None),
        op("set", 6, 7, 9000),
        op("increment", 8, 9, 9001),
    ],
    "a stranger's null": [CREATED, op("null", 2, 3), op("read", 4, 5, None)],
}

BAD = {
    "a write is lost": [CREATED, op("put", 2, 3, 2000), op("read", 4, 5, 1000)],
    "an update is lost": [CREATED, op("increment", 2, 3, 1001), op("increment", 4, 5, 1001)],
    "two compared with the same": [
        CREATED,
        op("cas", 2, 9, 2000, expects=1000),
        op("cas", 2, 9, 3000, expects=1000),
    ],
    "a value of nowhere": [CREATED, op("read", 2, 3, 7000)],
    "a read of the future": [CREATED, op("read", 2, 3, 2000), op("put", 4, 5, 2000)],
    "two reads see two writes in two orders": [
        CREATED,
        op("put", 2, 5, 2000),
        op("put", 2, 5, 3000),
        op("read", 6, 7, 2000),
        op("read", 8, 9, 3000),
        op("read", 10, 11, 2000),
    ],
    "a write after it was removed": [CREATED, op("remove", 2, 3, 1000), op("put", 4, 5, 2000)],
    "a write whose outcome is not known takes place twice": [
        CREATED,
        op("increment", 2, NEVER),
        op("increment", 3, 4, 1003),
    ],
    "a read older than the write that it asks for": [
        CREATED,
        op("put", 2, 3, 2000),
        op("put", 4, 5, 3000),
        op("read", 4, 7, 1000),
    ],
}


@pytest.mark.parametrize("name", GOOD)
def test_an_order_is_found_where_there_is_one(name: str) -> None:
    order = linearize(GOOD[name])
    assert order is not None
    assert explains(order)


@pytest.mark.parametrize("name", BAD)
def test_no_order_is_found_where_there_is_none(name: str) -> None:
    assert linearize(BAD[name]) is None


def test_a_search_without_an_end_is_given_up() -> None:
    unknown = [op("increment", number, NEVER) for number in range(30)]
    with pytest.raises(TooHard):
        linearize([CREATED, *unknown, op("read", 40, 41, 5)], most=100)


# --- against a register, and against trying everything ---


@settings(deadline=None)
@given(st.integers(0, 2**32))
def test_what_a_register_answered_has_an_order(seed: int) -> None:
    order = linearize(answers_of_a_register(Random(seed), 40))
    assert order is not None
    assert explains(order)


@settings(deadline=None, max_examples=300)
@given(st.integers(0, 2**32))
def test_the_search_finds_an_order_exactly_where_trying_all_of_them_does(seed: int) -> None:
    random = Random(seed)
    operations = answers_of_a_register(random, 6)
    for _ in range(random.randrange(3)):
        operations = spoilt(random, operations)
    assert (linearize(operations) is not None) == any(map(explains, orders(operations)))


def answers_of_a_register(random: Random, count: int) -> list[Operation]:
    """Operations around the moments at which they took place; of some, nobody knows the outcome."""
    value: Value = None
    operations: list[Operation] = []
    for moment in range(count):
        do = random.choice(["create", "put", "cas", "increment", "remove", "read", "set", "null"])
        asked = op(do, moment, moment, 1000 * (moment + 1), expects=value)
        asked = op(do, moment, moment, value) if do in ("read", "remove") else asked
        asked = op(do, moment, moment, None if value is None else value + 1) if do == "increment" else asked
        if not (left := after(value, asked)):
            continue
        [value] = left
        sent, done = moment - random.uniform(0, 3), moment + random.uniform(0, 3)
        unknown = do != "read" and random.random() < 0.2
        told = None if unknown and do in ("increment", "remove") else asked.value
        operations.append(op(do, sent, NEVER if unknown else done, told, asked.expects))
    return operations


def spoilt(random: Random, operations: list[Operation]) -> list[Operation]:
    """With one of them left out, or moved away from its time."""
    if not operations:
        return operations
    at = random.randrange(len(operations))
    moved = operations[at]
    shift = random.uniform(-4, 4)
    new = [op(moved.do, moved.sent + shift, moved.done + shift, moved.value, moved.expects)]
    return operations[:at] + random.choice([[], new]) + operations[at + 1 :]


def orders(operations: list[Operation]) -> list[list[Operation]]:
    """All of them, with each choice of those whose outcome is not known."""
    certain = [operation for operation in operations if operation.certain]
    unknown = [operation for operation in operations if not operation.certain]
    choices = [[o for at, o in enumerate(unknown) if chosen >> at & 1] for chosen in range(2 ** len(unknown))]
    return [list(order) for choice in choices for order in permutations(certain + choice)]


def explains(order: list[Operation]) -> bool:
    """Whether each could be as it was, and none came after one that was sent when it had ended."""
    value: Value = None
    for at, operation in enumerate(order):
        if any(later.done < operation.sent for later in order[at:]):
            return False
        if not (left := after(value, operation)):
            return False
        [value] = left
    return True
