"""Changes as they happen: what is asked of the socket, and what is made of what it says."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from transports import FakeSocket, Scripted

from foldline.client.retrying import Retrying
from foldline.client.services import Services
from foldline.client.watch import Watch
from foldline.errors import ChangesMissed, ConnectionFailed, FoldlineError, Malformed, Unauthorized, Unreadable

Entity = tuple[Mapping[str, Any], str | None]


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """It comes back without a pause."""
    monkeypatch.setattr("foldline.client.watch.random.uniform", lambda *_: 0)


def ready(*positions: str) -> dict[str, Any]:
    return {"type": "ready", "service": "bank", "positions": positions}


def event(offset: int, partition: int = 0, **more: Any) -> dict[str, Any]:
    return {
        "type": "event",
        "topic": "accounts",
        "id": "a",
        "position": f"bank.accounts-{partition}@{offset}",
        "function": "accounts.deposit",
        "time": "2026-01-02T03:04:05Z",
        "removed": False,
        "entity": {"id": "a", "n": offset},
        "headers": {},
    } | more


def watch(*sockets: FakeSocket | FoldlineError) -> Watch[Entity]:
    transport = Scripted()
    transport.sockets.extend(sockets)
    services = Services({"bank": "http://bank"}, transport, Retrying(30, 0))
    return Watch(services, "bank", "accounts", lambda fields, etag: (fields, etag))


def offsets(watching: Watch[Entity], count: int) -> list[int]:
    return [int(next(watching).position.rpartition("@")[2]) for _ in range(count)]


def test_it_asks_for_all_that_comes_after_it_began() -> None:
    socket = FakeSocket(ready("bank.accounts-0@4"), event(5))
    change = next(watch(socket))
    assert socket.heard == [{"type": "subscribe", "topics": ["accounts"], "after": ["bank.accounts-0@4"]}]
    assert (change.id, change.function, change.removed) == ("a", "accounts.deposit", False)
    assert (change.position, change.time) == ("bank.accounts-0@5", "2026-01-02T03:04:05Z")
    assert change.entity == ({"id": "a", "n": 5}, '"5"')


def test_what_was_removed_may_not_be_told() -> None:
    change = next(watch(FakeSocket(ready(), event(5, removed=True, entity=None))))
    assert (change.removed, change.entity) == (True, None)


@pytest.mark.parametrize("code", [1012, 1011, None])
def test_after_a_break_it_goes_on_where_it_was(code: int | None) -> None:
    first = FakeSocket(ready("bank.accounts-0@4"), event(5), event(0, partition=1), code=code)
    second = FakeSocket(ready("bank.accounts-0@9"), event(6))
    assert offsets(watch(first, ConnectionFailed("refused"), ConnectionFailed("refused"), second), 3) == [5, 0, 6]
    assert first.closed
    assert second.heard[0]["after"] == ["bank.accounts-0@5", "bank.accounts-1@0"]


def test_what_was_dropped_for_a_client_that_is_slow_is_asked_for_again() -> None:
    first = FakeSocket(ready(), event(5), {"type": "gap", "positions": ["bank.accounts-0@40"]}, event(41))
    second = FakeSocket(ready(), event(6))
    assert offsets(watch(first, second), 2) == [5, 6]
    assert second.heard[0]["after"] == ["bank.accounts-0@5"]


def test_what_is_no_longer_kept_is_told_and_then_it_goes_on() -> None:
    watching = watch(FakeSocket(ready(), {"type": "reset", "positions": ["bank.accounts-0@90"]}), FakeSocket(event(91)))
    with pytest.raises(ChangesMissed, match="read anew"):
        next(watching)
    assert offsets(watching, 1) == [91]


@pytest.mark.parametrize("code", [1002, 1003, 1007, 1009])
def test_a_client_that_is_wrong_does_not_come_back(code: int) -> None:
    with pytest.raises(Malformed):
        next(watch(FakeSocket(ready(), code=code)))


def test_a_client_that_may_not_listen_any_more_does_not_come_back() -> None:
    with pytest.raises(Unauthorized):
        next(watch(FakeSocket(ready()), Unauthorized()))


@pytest.mark.parametrize("said", ["hello", "", "[]", "{}"])
def test_what_is_no_message_of_a_services_is_an_error_that_shows_it(said: str) -> None:
    with pytest.raises(Unreadable, match=re.escape(f"what bank said is no message of a service: {said!r}")):
        next(watch(FakeSocket(ready(), said)))
    with pytest.raises(Unreadable):
        watch(socket := FakeSocket(said))
    assert socket.closed


def test_what_it_heard_counts_as_seen() -> None:
    watching = watch(FakeSocket(ready(), event(5)))
    next(watching)
    assert watching._services.positions.header() == "bank.accounts-0@5"


def test_a_watch_that_cannot_begin_leaves_no_socket() -> None:
    socket = FakeSocket()
    with pytest.raises(ConnectionFailed):
        watch(socket)
    assert socket.closed


def test_one_that_is_closed_while_it_comes_back_leaves_no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    again = FakeSocket()
    watching = watch(FakeSocket(ready()))

    def listen(*_: object, **__: object) -> FakeSocket:
        watching.close()
        return again

    monkeypatch.setattr(watching._services, "listen", listen)
    assert list(watching) == []
    assert again.closed


def test_closing_it_ends_the_iteration() -> None:
    socket = FakeSocket(ready(), event(5), event(6))
    with watch(socket) as watching:
        next(watching)
    assert list(watching) == []
    assert socket.closed
