"""What a client has seen of the log."""

import pytest

from foldline.client.positions import Positions


@pytest.fixture
def positions() -> Positions:
    return Positions()


def test_the_greatest_of_each_partition_is_kept(positions: Positions) -> None:
    positions.see("eventbus.products-0@7, eventbus.products-1@2")
    positions.see("eventbus.products-0@5, t-x-1@0")
    assert positions.header() == "eventbus.products-0@7, eventbus.products-1@2, t-x-1@0"


@pytest.mark.parametrize("header", [None, "", "nonsense", "a@", "@4", "a-0@x", "a-0@-1"])
def test_what_is_no_position_is_let_pass(positions: Positions, header: str | None) -> None:
    positions.see(header)
    assert positions.header() == ""


def test_of_very_many_the_latest_to_move_are_sent(positions: Positions) -> None:
    positions.see(", ".join(f"eventbus.products-{n}@1" for n in range(300)))
    positions.see("eventbus.products-3@2")
    sent = positions.header().split(", ")
    assert len(sent) == 200
    assert "eventbus.products-3@2" in sent
    assert len(positions.header()) < 8000


def test_what_moved_on_meanwhile_is_not_forgotten(positions: Positions) -> None:
    positions.see("a-0@9, b-0@4")
    sent = positions.header()
    positions.see("a-0@10")
    positions.forget(sent)
    assert positions.header() == "a-0@10"
