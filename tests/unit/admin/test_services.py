"""Asking services as their operator."""

from collections.abc import Mapping

import pytest
from stand_ins import raised
from transports import Scripted, ok, problem

from foldline.admin.services import Question, Services
from foldline.client.transport import Answer, Request
from foldline.errors import ConnectionFailed, Invalid, NotFound, Refused, Unauthorized

URLS = {"products": "http://p", "customers": "http://c"}


def test_a_question_is_sent_where_the_service_is() -> None:
    transport = Scripted(ok({"a": 1}))
    answer = Services(URLS, None, transport).ask(Question("customers", "/-/parked", query={"limit": 5}))
    assert answer.json() == {"a": 1}
    assert (transport.sent[0].method, transport.sent[0].url) == ("GET", "http://c/-/parked?limit=5")
    assert "Authorization" not in transport.sent[0].headers


def test_the_token_is_sent_along() -> None:
    transport = Scripted(ok())
    Services(URLS, "open", transport).ask(Question("products", "/"))
    assert transport.sent[0].headers["Authorization"] == "Bearer open"


def test_a_service_that_does_not_answer_is_told_with_how_to_start_it() -> None:
    here = {"products": "http://127.0.0.1:9995"}
    services = Services(
        here, None, Scripted(ConnectionFailed("http://127.0.0.1:9995/: Connection refused", sent=False))
    )
    error = raised(lambda: services.ask(Question("products", "/")))
    assert (type(error), error.exit_code) == (ConnectionFailed, 6)
    assert error.message == (
        "products cannot be reached at http://127.0.0.1:9995/: Connection refused; "
        "start it with `foldline serve products`"
    )


def test_nobody_is_told_to_start_a_service_on_another_machine() -> None:
    services = Services(URLS, None, Scripted(ConnectionFailed("http://p/: Connection refused", sent=False)))
    error = raised(lambda: services.ask(Question("products", "/")))
    assert error.message == "products cannot be reached at http://p/: Connection refused"


@pytest.mark.parametrize(
    ("errors", "message"),
    [
        ({"firstName": ["Missing data for required field."]}, "firstName: Missing data for required field."),
        ({"a": ["One.", "Two."], "b": {"c": ["Three."]}}, "a: One. Two.; b.c: Three."),
        ({"lines": {"0": {"price": ["Not a number."]}}}, "lines.0.price: Not a number."),
    ],
)
def test_what_is_wrong_with_fields_is_said_by_their_names_on_the_wire(
    errors: Mapping[str, object], message: str
) -> None:
    services = Services(URLS, None, Scripted(problem(422, "invalid", errors=errors)))
    error = raised(lambda: services.ask(Question("products", "/")))
    assert (type(error), error.message) == (Invalid, message)


def test_errors_keep_their_kind() -> None:
    services = Services(
        URLS, None, Scripted(problem(404, "not-found", "There is no such thing."), problem(422, "refused", "No."))
    )
    assert type(raised(lambda: services.ask(Question("products", "/x")))) is NotFound
    assert type(raised(lambda: services.ask(Question("products", "/x")))) is Refused


def test_whoever_sends_no_token_is_told_to_set_one() -> None:
    services = Services(URLS, None, Scripted(problem(401, "unauthorized")))
    error = raised(lambda: services.ask(Question("products", "/")))
    assert (type(error), error.exit_code) == (Unauthorized, 4)
    assert "FOLDLINE_TOKEN" in error.message


def test_all_are_asked_and_one_that_is_down_does_not_hide_the_others() -> None:
    def answer(request: Request) -> Answer:
        if request.url.startswith("http://c/"):
            raise ConnectionFailed("refused")
        return ok({"service": "products"})

    statuses = Services(URLS, None, Scripted(answer, answer)).statuses()
    assert statuses["products"] == {"service": "products"}
    assert type(statuses["customers"]) is ConnectionFailed
