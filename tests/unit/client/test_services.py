"""What every request carries, and what is made of every answer."""

import logging
from collections.abc import Callable

import pytest
from transports import Scripted, headers, ok, problem

from foldline.client.retrying import Retrying
from foldline.client.services import Call, Services
from foldline.client.transport import Answer
from foldline.errors import ConflictError, ConnectionFailed, FoldlineError, NotFound, NotReady, UnknownOutcome

READ, WRITE = Call("bank", "GET", "/accounts"), Call("bank", "POST", "/accounts", body=b"{}")


def services(*answers: Answer | FoldlineError, token: str | None = None, retries: int = 3) -> tuple[Services, Scripted]:
    transport = Scripted(*answers)
    retrying = Retrying(30, retries, sleep=lambda _: None)
    return Services({"bank": "http://bank", "shop": "http://shop"}, transport, retrying, token), transport


def test_a_request_is_what_was_asked_for() -> None:
    bank, transport = services(ok(), ok())
    bank.call(Call("bank", "GET", "/accounts", {"limit": "5", "q": "å b"}))
    bank.call(Call("bank", "PUT", "/accounts/1", body=b"{}", if_match='"7"'))
    read, write = transport.sent
    assert (read.method, read.url, read.body) == ("GET", "http://bank/accounts?limit=5&q=%C3%A5+b", None)
    assert (write.method, write.url, write.body, write.headers["If-Match"]) == (
        "PUT",
        "http://bank/accounts/1",
        b"{}",
        '"7"',
    )
    assert write.headers["Content-Type"] == "application/json"


def test_every_write_has_a_key_of_its_own() -> None:
    bank, transport = services(ok(), ok(), ok())
    for call in (WRITE, WRITE, READ):
        bank.call(call)
    first, second, none = headers(transport.sent, "Idempotency-Key")
    assert first
    assert second
    assert first != second
    assert none is None


@pytest.mark.parametrize(
    "failure",
    [
        ConnectionFailed("reset"),
        problem(503, "not-ready", retry_after=1),
        problem(503, "contention"),
        problem(504, "unknown"),
    ],
)
@pytest.mark.parametrize("call", [READ, WRITE])
def test_what_may_have_been_done_is_tried_again_with_the_same_key(call: Call, failure: Answer | FoldlineError) -> None:
    bank, transport = services(failure, failure, ok("done"))
    assert bank.call(call).json() == "done"
    assert len(transport.sent) == 3
    assert len(set(headers(transport.sent, "Idempotency-Key"))) == 1


def test_an_outcome_that_stays_unknown_is_raised() -> None:
    bank, _ = services(*[problem(504, "unknown")] * 4)
    with pytest.raises(UnknownOutcome):
        bank.call(WRITE)


def test_what_is_refused_is_not_tried_again() -> None:
    bank, transport = services(problem(409, "already-exists"))
    with pytest.raises(ConflictError):
        bank.call(WRITE)
    assert len(transport.sent) == 1


def test_a_token_is_sent() -> None:
    bank, transport = services(ok(), token="hush")
    bank.call(READ)
    assert headers(transport.sent, "Authorization") == ["Bearer hush"]


def test_what_was_seen_is_sent_to_every_service() -> None:
    bank, transport = services(ok(log_position="bank.accounts-0@4"), ok(log_position="shop.orders-1@2"), ok())
    for service in ("bank", "shop", "bank"):
        bank.call(Call(service, "GET", "/"))
    assert headers(transport.sent, "Log-Position") == [
        None,
        "bank.accounts-0@4",
        "bank.accounts-0@4, shop.orders-1@2",
    ]
    assert headers(transport.sent, "Prefer") == [None, "wait=2", "wait=2"]


def test_a_topic_made_anew_does_not_lock_the_client_out(caplog: pytest.LogCaptureFixture) -> None:
    bank, transport = services(ok(log_position="bank.accounts-0@4"), problem(409, "unknown-position"), ok(), ok())
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            bank.call(READ)
    assert headers(transport.sent, "Log-Position") == [None, "bank.accounts-0@4", None, None]
    assert "made anew" in caplog.text


def test_a_service_that_cannot_be_reached_is_named() -> None:
    bank, _ = services(*[ConnectionFailed("http://bank: Connection refused")] * 4)
    with pytest.raises(ConnectionFailed, match=r"^bank cannot be reached at http://bank: Connection refused$"):
        bank.call(READ)


def test_a_socket_that_cannot_be_opened_names_its_service() -> None:
    bank, transport = services()
    transport.sockets.append(ConnectionFailed("http://bank/ws: Connection refused"))
    with pytest.raises(ConnectionFailed, match=r"^bank cannot be reached at http://bank/ws: Connection refused$"):
        bank.listen("bank", retry=False)


def test_a_service_that_there_is_not_is_told() -> None:
    bank, _ = services()
    with pytest.raises(NotFound, match="there is no service bamk; did you mean bank"):
        bank.call(Call("bamk", "GET", "/"))


def test_a_call_that_shall_not_be_repeated_is_made_once() -> None:
    bank, transport = services(problem(503, "not-ready"), ok())
    with pytest.raises(NotReady):
        bank.call(READ, retry=False)
    assert len(transport.sent) == 1


def test_time_that_is_left_bounds_each_attempt() -> None:
    bank, transport = services(ConnectionFailed("x"), ok())
    bank.call(READ)
    assert 0 < transport.timeouts[1] <= transport.timeouts[0] <= 30


@pytest.mark.parametrize("call", [lambda bank: bank.call(READ), lambda bank: bank.call(WRITE)])
def test_an_answer_that_refuses_moves_no_position(call: Callable[[Services], object]) -> None:
    bank, _ = services(problem(404, "not-found"))
    with pytest.raises(NotFound):
        call(bank)
    assert bank.positions.header() == ""
