"""What a broker is, by what it takes."""

import pytest

from foldline.log.kafka.brokers import is_since_3_7

PREFIX = "[thrd:127.0.0.1:9092/bootstrap]: 127.0.0.1:9092/bootstrap: "


def said(fetch: str) -> list[str]:
    """What librdkafka writes while it meets a broker that takes these versions of Fetch."""
    return [
        f"{PREFIX}Broker API support:",
        f"{PREFIX}  ApiKey Produce (0) Versions 0..9",
        f"{PREFIX}  ApiKey Fetch (1) Versions {fetch}",
        f"{PREFIX}  ApiKey ShareFetch (78) Versions 1..20",
        f"{PREFIX} Feature MsgVer1: Fetch (2..32767) supported by broker",
    ]


@pytest.mark.parametrize(
    ("fetch", "since"), [("0..11", False), ("0..15", False), ("0..16", True), ("4..17", True), ("4..18", True)]
)
def test_a_broker_is_known_by_the_fetch_requests_that_it_takes(fetch: str, since: bool) -> None:
    assert is_since_3_7(said(fetch)) is since


def test_a_broker_that_was_not_met_is_not_known() -> None:
    assert is_since_3_7([]) is None
    assert is_since_3_7(said("0..16")[:2]) is None


def test_of_several_the_oldest_counts() -> None:
    assert is_since_3_7([*said("0..16"), *said("0..15")]) is False
