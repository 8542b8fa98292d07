"""The outbox, before a socket that takes as much as it likes."""

from collections.abc import Iterable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from foldline.sockets.outbox import Outbox


class Slow:
    """Takes so many bytes at a time, and nothing where that is 0."""

    def __init__(self, room: Iterable[int]) -> None:
        self._room = iter(room)
        self.taken = b""

    def send(self, buffer: Any) -> int:
        return self.sendmsg([buffer])

    def sendmsg(self, buffers: Iterable[Any]) -> int:
        room = next(self._room, 0)
        if not room:
            raise BlockingIOError
        taken = b"".join(bytes(buffer) for buffer in buffers)[:room]
        self.taken += taken
        return len(taken)


def slow(*room: int) -> Any:
    """A socket that takes so many bytes at a time."""
    return Slow(room)


def message(number: int) -> bytes:
    """A message that tells where it begins and ends."""
    return b"<" + str(number).encode() * (5 + number % 7) + b">"


STEPS = st.lists(
    st.one_of(st.sampled_from(["put", "put first", "forget"]), st.lists(st.integers(1, 20), min_size=1, max_size=3))
)


@given(STEPS)
def test_messages_arrive_whole_whatever_comes_between(steps: list[Any]) -> None:
    outbox, client = Outbox(), slow()
    sent = []
    for number, step in enumerate(steps):
        match step:
            case "put":
                outbox.put(message(number))
                sent.append(number)
            case "put first":
                outbox.put_first(message(number))
                sent.append(number)
            case "forget":
                outbox.forget()
            case [*room]:
                client._room = iter(room)
                outbox.send(client)
    client._room = iter([1_000_000] * 100)
    outbox.send(client)
    assert outbox.size == 0
    arrived = [part + b">" for part in client.taken.split(b">")[:-1]]
    assert b"".join(arrived) == client.taken
    known = {message(number) for number in sent}
    assert set(arrived) <= known


@given(st.lists(st.integers(0, 50)), st.integers(0, 30))
def test_messages_arrive_in_order(room: list[int], count: int) -> None:
    outbox, client = Outbox(), slow(*room, 1_000_000, 1_000_000)
    for number in range(count):
        outbox.put(message(number))
    while outbox.size:
        outbox.send(client)
    assert client.taken == b"".join(map(message, range(count)))


def test_what_comes_first_waits_for_the_message_that_is_begun() -> None:
    outbox, client = Outbox(), slow(3)
    outbox.put(b"<long>")
    outbox.put(b"<next>")
    outbox.send(client)
    outbox.put_first(b"<ping>")
    client._room = iter([100])
    outbox.send(client)
    assert client.taken == b"<long><ping><next>"


def test_what_is_begun_is_not_forgotten() -> None:
    outbox, client = Outbox(), slow(3)
    outbox.put(b"<long>")
    outbox.put(b"<next>")
    outbox.send(client)
    outbox.forget()
    assert outbox.size == 3
    client._room = iter([100])
    outbox.send(client)
    assert (client.taken, outbox.size) == (b"<long>", 0)
