"""From a problem to the error that is raised for it."""

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from transports import problem

from foldline import errors
from foldline.client.problems import error_of
from foldline.client.transport import Answer
from foldline.errors import FoldlineError

ASKED = "PUT http://products/products/1"


@pytest.mark.parametrize(
    ("answer", "kind", "exit_code"),
    [
        (problem(422, "invalid"), errors.Invalid, 2),
        (problem(422, "refused"), errors.Refused, 1),
        (problem(422, "key-reused"), errors.KeyReused, 1),
        (problem(400, "malformed"), errors.Malformed, 2),
        (problem(404, "not-found", message="It went wrong."), errors.NotFound, 3),
        (problem(409, "already-exists"), errors.AlreadyExists, 5),
        (problem(409, "unknown-position"), errors.UnknownPosition, 5),
        (problem(412, "precondition-failed"), errors.ConflictError, 5),
        (problem(503, "not-ready"), errors.NotReady, 6),
        (problem(503, "contention"), errors.Contention, 6),
        (problem(503, "too-slow"), errors.TooSlow, 6),
        (problem(504, "unknown"), errors.UnknownOutcome, 6),
        (problem(500, "unreadable"), errors.Unreadable, 1),
        (problem(401, "unauthorized"), errors.Unauthorized, 4),
        (problem(403, "forbidden"), errors.Unauthorized, 4),
        (problem(404, "no-such-route"), errors.NotFound, 3),
    ],
)
def test_each_problem_is_the_error_that_the_service_raised(
    answer: Answer, kind: type[FoldlineError], exit_code: int
) -> None:
    error = error_of(answer, ASKED)
    assert isinstance(error, kind)
    assert (error.message, error.exit_code, error.details["status"]) == ("It went wrong.", exit_code, answer.status)


def test_fields_are_named_in_one_line_as_python_spells_them() -> None:
    wrong = {"firstName": ["Blank."], "unitPrice": ["Not a number.", "Too long."], "lines": {"0": {"total": ["No."]}}}
    error = error_of(problem(422, "invalid", errors=wrong), ASKED)
    assert error.message == "first_name: Blank.; unit_price: Not a number. Too long.; lines: 0: total: No."
    assert error.details["errors"] == wrong


def test_an_unexpected_failure_tells_under_which_id_the_log_has_it() -> None:
    error = error_of(problem(500, "internal", "The log has the cause, under this request's id."), ASKED)
    assert error.message == "The log has the cause, under this request's id. (r1)"
    assert type(error) is FoldlineError


@pytest.mark.parametrize(
    ("status", "kind"),
    [(502, errors.UnknownOutcome), (503, errors.NotReady), (404, errors.NotFound), (418, FoldlineError)],
)
@pytest.mark.parametrize("body", [b"<html>", b"", b"[]", b'{"detail": 1', b"\xff"])
def test_what_something_else_answered_is_told_by_its_status(
    status: int, kind: type[FoldlineError], body: bytes
) -> None:
    error = error_of(Answer(status, {}, body), ASKED)
    assert type(error) is kind
    assert error.message == f"{ASKED} was answered {status}."


@pytest.mark.parametrize(("header", "seconds"), [("3", 3), ("Wed, 21 Oct 2026 07:28:00 GMT", None), ("", None)])
def test_how_long_to_wait_is_kept(header: str, seconds: int | None) -> None:
    assert error_of(Answer(503, {"Retry-After": header}, b""), ASKED).details.get("retry_after") == seconds


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(
    status=st.integers(400, 599),
    body=st.binary()
    | st.dictionaries(st.sampled_from(["type", "detail", "errors", "requestId"]), JSON).map(orjson.dumps),
    pause=st.text(),
)
@example(status=503, body=b"", pause="9" * 5000)
def test_whatever_a_proxy_answers_becomes_an_error_of_ours_with_a_message(status: int, body: bytes, pause: str) -> None:
    error = error_of(Answer(status, {"Retry-After": pause}, body), ASKED)
    assert isinstance(error, FoldlineError)
    assert error.message
    assert error.details["status"] == status
    assert 0 <= error.details.get("retry_after", 0) < 10**6
