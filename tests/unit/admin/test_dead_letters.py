"""What services set aside."""

from collections.abc import Mapping
from typing import Any

import pytest
from stand_ins import raised
from transports import Scripted, ok, problem

from foldline.admin.dead_letters import Outcome, Ref, discard, list_all, one, retry, set_aside
from foldline.admin.services import Services
from foldline.errors import ConnectionFailed, FoldlineError, Malformed, NotFound

URLS = {"products": "http://p", "dashboard": "http://d"}
LETTER = {"position": "eventbus.products-0@1", "reason": "it has no key", "time": "2026-01-01T00:00:00+00:00"}


def letter(number: int, **more: Any) -> Mapping[str, Any]:
    return {"number": number, **LETTER, **more}


def services(*answers: Any) -> tuple[Services, Scripted]:
    transport = Scripted(*answers)
    return Services(URLS, None, transport), transport


@pytest.mark.parametrize("text", ["dashboard/parked/3", "products/dead-letters/1", "products/dead-letters"])
def test_a_ref_is_read_as_it_is_written(text: str) -> None:
    assert str(Ref.parse(text, services()[0])) == text


@pytest.mark.parametrize("text", ["", "dashboard", "dashboard/parkd/3", "dashboard/parked/x", "dashboard/parked/3/4"])
def test_what_is_no_ref_is_told_what_one_looks_like(text: str) -> None:
    error = raised(lambda: Ref.parse(text, services()[0]))
    assert type(error) is Malformed
    assert "dashboard/parked/3" in error.message


def test_a_ref_to_no_service_is_told_the_nearest() -> None:
    error = raised(lambda: Ref.parse("dashbord/parked/3", services()[0]))
    assert type(error) is NotFound
    assert "did you mean dashboard?" in error.message


def test_all_that_services_set_aside_is_listed_also_where_one_is_down() -> None:
    asked, _ = services(
        ok([letter(1, key="k1"), letter(2, key={"base64": "/w=="})]),
        ok([]),
        ok([]),
        ConnectionFailed("refused"),
    )
    found, failed = list_all(asked, ["products", "dashboard"])
    assert [(item.ref, item.id, item.reason) for item in found] == [
        ("products/dead-letters/1", "k1", "it has no key"),
        ("products/dead-letters/2", None, "it has no key"),
    ]
    assert [type(error) for error in failed] == [ConnectionFailed]


def test_a_list_is_read_to_its_end_page_by_page() -> None:
    asked, transport = services(ok([letter(1), letter(5)]), ok([letter(9)]), ok([]))
    assert [item.ref for item in set_aside(asked, Ref("products", "parked", None))] == [
        f"products/parked/{number}" for number in (1, 5, 9)
    ]
    assert [request.url.partition("?")[2] for request in transport.sent] == [
        "after=0&limit=1000",
        "after=5&limit=1000",
        "after=9&limit=1000",
    ]


def test_one_is_found_by_its_number_alone() -> None:
    asked, transport = services(ok([letter(3, id="p1")]), ok([letter(4)]), ok([]))
    assert one(asked, Ref("products", "parked", 3)).whole == letter(3, id="p1")
    assert transport.sent[0].url == "http://p/-/parked?after=2&limit=1"
    for _ in range(2):  # another comes next, and none
        assert type(raised(lambda: one(asked, Ref("products", "parked", 3)))) is NotFound


def test_one_must_be_named_by_its_number() -> None:
    assert type(raised(lambda: one(services()[0], Ref("products", "parked", None)))) is Malformed


def test_of_several_that_are_tried_again_each_says_what_came_of_it() -> None:
    asked, transport = services(
        ok([letter(1), letter(2)]), ok([]), ok(status=204), problem(422, "refused", "It failed again.")
    )
    assert [*retry(asked, Ref("dashboard", "parked", None))] == [
        Outcome("dashboard/parked/1", done=True),
        Outcome("dashboard/parked/2", done=False, why="It failed again."),
    ]
    assert [(request.method, request.url) for request in transport.sent[2:]] == [
        ("POST", "http://d/-/parked/1/retry"),
        ("POST", "http://d/-/parked/2/retry"),
    ]


def test_a_dead_letter_cannot_be_tried_again() -> None:
    asked, transport = services()
    error = raised(lambda: [*retry(asked, Ref("products", "dead-letters", 1))])
    assert type(error) is Malformed
    assert transport.sent == []


def test_what_is_discarded_is_named_to_the_service() -> None:
    asked, transport = services(ok([letter(4)]), ok(status=204))
    assert [*discard(asked, Ref("products", "dead-letters", 4))] == [Outcome("products/dead-letters/4", done=True)]
    assert transport.sent[1].url == "http://p/-/dead-letters/4/discard"


def test_where_the_service_goes_away_the_rest_is_not_tried() -> None:
    asked, _ = services(ok([letter(1), letter(2)]), ok([]), ConnectionFailed("refused"))
    error: FoldlineError = raised(lambda: [*discard(asked, Ref("products", "parked", None))])
    assert type(error) is ConnectionFailed
