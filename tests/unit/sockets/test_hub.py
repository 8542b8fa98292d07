"""The hub, beside a real fold and a real state, with clients at the other ends of socket pairs."""

import socket
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import pytest
from listener import Listener
from stand_ins import Bench, application, raised, topic, until, value
from wsproto.events import BytesMessage, CloseConnection, Ping, TextMessage

from foldline.errors import NotReady
from foldline.fold.storing import forget_changes
from foldline.sockets.hub import Hub, Limits

from .conftest import Sockets, sockets


def numbers(frames: Iterable[Mapping[str, Any]]) -> list[int]:
    """The n of each event's entity."""
    return [frame["entity"]["n"] for frame in frames]


# --- from now on ---


def test_who_says_nothing_is_told_everything_from_now_on(served: Sockets) -> None:
    served.service.send("put", {"n": 1}, "a")
    client = served.connect()
    assert client.frame() == {"type": "ready", "service": "service", "positions": ["t.things-0@0"]}
    served.service.send("put", {"n": 2}, "a")
    event = client.frame()
    assert (event["type"], event["position"], event["entity"]) == ("event", "t.things-0@1", {"id": "a", "n": 2})
    served.service.send("delete", id="a")
    assert client.frame()["removed"] is True


def test_who_says_nothing_misses_nothing_of_its_first_second(bench: Bench) -> None:
    with bench.running() as service, sockets(service, silence=0.3) as served:
        client = served.connect()
        client.frame()
        for n in range(200):
            service.send("put", {"n": n}, "a")
        assert numbers(client.frames(200)) == list(range(200))


def test_a_client_is_told_of_its_topics_only(bench: Bench) -> None:
    running = application(topic("things"), topic("others"))
    with bench.running(running) as service, sockets(service) as served:
        client = served.listen(topics=["others"])
        bench.write("x", value(n=1))
        bench.write("y", value(n=2), topic="t.others")
        assert client.frame()["topic"] == "others"


def test_a_loser_is_told_to_nobody(served: Sockets, bench: Bench) -> None:
    client = served.listen()
    bench.write("a", value(n=1), {"follows": "-1"})
    bench.write("a", value(n=2), {"follows": "-1"})
    bench.write("a", value(n=3), {"follows": "0"})
    assert numbers(client.frames(2)) == [1, 3]


# --- what was missed ---


def test_who_has_seen_nothing_is_told_all_that_is_kept(served: Sockets) -> None:
    for n in range(600):
        served.service.send("put", {"n": n}, "a")
    client = served.listen(after=[])
    assert numbers(client.frames(600)) == list(range(600))
    served.service.send("put", {"n": 600}, "a")
    assert numbers([client.frame()]) == [600]


def test_who_comes_back_is_told_what_it_missed(served: Sockets) -> None:
    for n in range(10):
        served.service.send("put", {"n": n}, "a")
    assert numbers(served.listen(after=["t.things-0@6"]).frames(3)) == [7, 8, 9]


def test_what_was_missed_is_kept_over_a_restart(bench: Bench) -> None:
    with bench.running() as service:
        for n in range(5):
            service.send("put", {"n": n}, "a")
    with bench.running() as service, sockets(service) as served:
        service.send("put", {"n": 5}, "a")
        assert numbers(served.listen(after=["t.things-0@2"]).frames(3)) == [3, 4, 5]


def test_there_is_neither_hole_nor_double_between_what_was_missed_and_what_happens(bench: Bench) -> None:
    total = 1_500
    with bench.running(application(topic(partitions=3))) as service, sockets(service) as served:

        def write() -> None:
            for n in range(total):
                service.send("put", {"n": n}, f"id-{n % 7}")

        def listen(_: int) -> list[int]:
            told: list[int] = []
            after: dict[str, str] = {}
            while len(told) < total:
                client = served.listen(after=list(after.values()))
                for frame in client.frames(min(97, total - len(told))):
                    told += numbers([frame])
                    after[frame["position"].partition("@")[0]] = frame["position"]
                client.sock.close()
            return told

        with ThreadPoolExecutor(5) as pool:
            writing = pool.submit(write)
            heard = list(pool.map(listen, range(4)))
            writing.result()
    for told in heard:
        assert sorted(told) == list(range(total))


def test_large_changes_that_were_missed_come_a_few_at_a_time(bench: Bench) -> None:
    with bench.running() as service, sockets(service, backlog=1_000_000) as served:
        for n in range(30):
            service.send("put", {"n": n, "text": "x" * 100_000}, "a")
        assert numbers(served.listen(after=[]).frames(30)) == list(range(30))


def test_what_is_no_longer_kept_is_to_be_asked_for(served: Sockets) -> None:
    for n in range(5):
        served.service.send("put", {"n": n}, "a")
    served.service.fold.jobs.submit(lambda: forget_changes(served.service.state.writer))
    client = served.listen(after=["t.things-0@2"])
    assert client.frame() == {"type": "reset", "positions": ["t.things-0@4"]}
    served.service.send("put", {"n": 5}, "a")
    assert numbers([client.frame()]) == [5]
    assert numbers([served.listen(after=["t.things-0@4"]).frame()]) == [5]


def test_who_has_seen_more_than_there_is_starts_anew(served: Sockets) -> None:
    served.service.send("put", {"n": 1}, "a")
    assert served.listen(after=["t.things-0@7"]).frame()["type"] == "reset"


def test_partitions_of_others_are_ignored(served: Sockets) -> None:
    served.service.send("put", {"n": 1}, "a")
    served.service.send("put", {"n": 2}, "a")
    client = served.listen(after=["other-0@99", "t.things-0@0"])
    assert numbers([client.frame()]) == [2]


def test_who_subscribes_again_without_positions_goes_on(served: Sockets) -> None:
    client = served.listen()
    for n in range(50):
        served.service.send("put", {"n": n}, "a")
        client.subscribe()
    assert numbers(client.frames(50)) == list(range(50))


# --- what cannot be told ---


def test_after_changes_that_are_not_told_one_by_one_everybody_starts_anew(served: Sockets) -> None:
    clients = [served.listen(), served.connect()]
    assert clients[1].frame()["type"] == "ready"
    served.service.send("put", {"n": 1}, "a")
    assert clients[0].frame()["type"] == "event"
    served.hub.publish(None)
    for client in clients:
        assert client.frame() == {"type": "reset", "positions": ["t.things-0@0"]}
    served.service.send("put", {"n": 2}, "a")
    assert [numbers([client.frame()]) for client in clients] == [[2], [2]]


def test_after_a_long_catch_up_everybody_starts_anew(served: Sockets, monkeypatch: pytest.MonkeyPatch) -> None:
    client = served.listen()

    def told_of_next() -> dict[str, Any]:
        served.service.send("put", {"n": 1}, "a")
        return client.frame()

    with monkeypatch.context() as patched:
        patched.setattr(served.service.fold, "_is_bulk", lambda reader: True)
        until(lambda: told_of_next()["type"] == "reset")  # once the poll that is under way has ended
        [position] = told_of_next()["positions"]
        assert served.service.rows("SELECT next - 1 FROM foldline_positions") == [(int(position.partition("@")[2]),)]
    until(lambda: told_of_next()["type"] == "event")


def test_a_hub_that_is_is_bulk_the_fold_keeps_no_more_for_it(bench: Bench) -> None:
    with (
        bench.running() as service,
        closing(Hub(service.state, service.fold.gate, service.application, Limits(1))) as hub,
    ):
        hub.reserve()
        for _ in range(10_000):
            hub.publish([])
        assert len(hub._commits) <= 1_000
        ours, theirs = socket.socketpair()
        with ours:
            hub.adopt(theirs)
            hub.start()
            client = Listener(ours)
            assert [client.frame()["type"] for _ in range(2)] == ["ready", "reset"]


def test_a_log_made_anew_is_told(bench: Bench) -> None:
    with bench.running() as service, sockets(service) as served:
        service.send("put", {"n": 1}, "a")
        client = served.listen()
        service.fold.watch.replaced = "it was made anew"
        assert client.frame()["type"] == "reset"


# --- slow clients ---


def test_a_slow_client_gets_a_gap_and_then_what_happens(bench: Bench) -> None:
    with bench.running() as service, sockets(service, backlog=100_000) as served:
        slow, quick = served.listen(), served.listen()
        for n in range(100):
            service.send("put", {"n": n, "text": "x" * 20_000}, "a")
            assert numbers([quick.frame()]) == [n]
        told: list[int] = []
        gaps: list[int] = []
        while not told or told[-1] != 99:
            frame = slow.frame()
            if frame["type"] == "gap":
                [position] = frame["positions"]
                gaps.append(int(position.partition("@")[2]))
                told.append(gaps[-1])
            else:
                assert frame["entity"]["n"] == told[-1] + 1 if told else True
                told += numbers([frame])
        assert gaps


def test_a_stuck_client_is_dropped_and_harms_nobody(bench: Bench) -> None:
    with bench.running() as service, sockets(service, backlog=100_000, ping_every=0.5) as served:
        stuck, other = served.listen(), served.listen()
        for n in range(100):
            service.send("put", {"n": n, "text": "x" * 20_000}, "a")
            assert numbers([other.frame()]) == [n]
        with ThreadPoolExecutor(1) as pool:
            listening = pool.submit(other.end)
            until(lambda: len(served.hub._subscribers) == 1)
            served.hub.close()
            assert listening.result()[0] == 1012
        assert stuck.end()[0] == 1006


def test_who_answers_pings_stays_and_who_does_not_is_dropped(bench: Bench) -> None:
    with bench.running() as service, sockets(service, ping_every=0.5) as served:
        answers, silent = served.listen(), served.listen()
        silent.answers_pings = False
        with ThreadPoolExecutor(2) as pool:
            answering, silence = pool.submit(answers.end), pool.submit(silent.end)
            assert silence.result()[0] == 1006
            until(lambda: answers.pings >= 3)
            served.hub.close()
            assert answering.result()[0] == 1012
        assert silent.pings == 1


def test_pings_never_come_between_the_parts_of_a_message(bench: Bench) -> None:
    """As with a server whose pings another thread writes into messages that are half sent."""
    with bench.running() as service, sockets(service, backlog=20_000_000, ping_every=0.3) as served:
        client = served.listen()
        [subscriber] = served.hub._subscribers
        for n in range(5):
            service.send("put", {"n": n, "text": str(n) * 900_000}, "a")
        until(lambda: subscriber.channel._asked)
        for n in range(5):
            assert client.frame()["entity"]["text"] == str(n) * 900_000  # a byte out of place were no frame, or no JSON
        assert client.pings == 1


# --- clients that say something else ---


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (TextMessage(data="hello"), 1007),
        (TextMessage(data='{"type": "subscribe", "topics": ["nothing"]}'), 1007),
        (TextMessage(data="x" * 70_000), 1009),
        (BytesMessage(data=b"hello"), 1003),
        (CloseConnection(code=1000, reason="bye"), 1000),
        (CloseConnection(code=4000), 4000),
    ],
)
def test_what_is_not_understood_closes_the_socket_with_a_reason(served: Sockets, said: Any, code: int) -> None:
    client, other = served.listen(), served.listen()
    client.send(said)
    assert client.end()[0] == code
    served.service.send("put", {"n": 1}, "a")
    assert numbers([other.frame()]) == [1]


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (b"\x81\x02hi", 1002),  # not masked
        (b"\x83\x80\0\0\0\0", 1002),  # no such opcode
        (b"\x81\x81\0\0\0\0\xff", 1007),  # not UTF-8
        (b"\xc1\x81\0\0\0\0x", 1002),  # compressed, which was not agreed
    ],
)
def test_what_is_no_frame_closes_the_socket_with_a_reason(served: Sockets, sent: bytes, code: int) -> None:
    client = served.listen()
    client.sock.sendall(sent)
    assert client.end()[0] == code


def test_a_message_may_come_in_parts(served: Sockets) -> None:
    client = served.connect()
    for part in ('{"type":', ' "subscribe",', ' "topics": ["things"]'):
        client.send(TextMessage(data=part, message_finished=False))
        client.send(Ping())
    client.send(TextMessage(data="}"))
    assert client.frame()["type"] == "ready"
    served.service.send("put", {"n": 1}, "a")
    assert numbers([client.frame()]) == [1]


def test_many_small_parts_are_too_much_too(served: Sockets) -> None:
    client = served.connect()
    for _ in range(70):
        client.send(TextMessage(data="x" * 1_000, message_finished=False))
    assert client.end()[0] == 1009


# --- places, and the end ---


def test_more_sockets_than_may_be_are_refused_until_one_goes(bench: Bench) -> None:
    with bench.running() as service, sockets(service, sockets=2) as served:
        first = served.listen()
        served.listen()
        assert "(2)" in raised(served.hub.reserve).message
        first.sock.close()
        until(lambda: not isinstance(_try(served), NotReady))


def _try(served: Sockets) -> Any:
    try:
        return served.connect()
    except NotReady as full:
        return full


def test_nobody_is_let_in_before_the_state_is_whole(bench: Bench) -> None:
    with bench.running() as service, sockets(service) as served:
        service.fold.gate.close("it is folded")
        assert isinstance(raised(served.hub.reserve), NotReady)
        until(lambda: service.fold.gate.is_open)
        served.listen()


def test_whoever_listens_is_told_to_come_again_when_the_service_stops(served: Sockets) -> None:
    clients = [served.listen(), served.connect()]
    with ThreadPoolExecutor(2) as pool:
        ends = pool.map(Listener.end, clients)
        served.hub.close()
        assert [code for code, _ in ends] == [1012, 1012]
    assert isinstance(raised(served.hub.reserve), NotReady)


def test_the_stop_does_not_wait_for_who_does_not_go(served: Sockets) -> None:
    served.listen()
    served.hub.close()


# --- the promise ---


def test_no_frame_comes_before_what_it_tells_can_be_read(served: Sockets) -> None:
    client = served.listen()
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(lambda: [served.service.send("put", {"n": n}, "a") for n in range(1_000)])
        for n in range(1_000):
            assert numbers([client.frame()]) == [n]
            assert served.service.ask("one", "a").value["n"] >= n
        writing.result()
