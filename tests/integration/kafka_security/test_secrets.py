"""A process that is not let in says why and waits, and its secrets are nowhere to be read."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from secured_broker import SecuredBroker
from services import Shop, eventually

SECRET = "hush-0123456789"


@pytest.fixture
def refused(secured_broker: SecuredBroker, tmp_path: Path, topic: str) -> Iterator[Shop]:
    """The shop with a password that is wrong."""
    with closing(Shop(tmp_path / topic, secured_broker.url)) as shop:
        yield shop


@pytest.fixture
def settings(secured_broker: SecuredBroker) -> dict[str, str]:
    """All that librdkafka can say is logged."""
    options = {**secured_broker.options("nobody", SECRET), "debug": "all"}
    given = {f"kafka_{name.replace('.', '_')}": text for name, text in options.items()}
    return given | {"log_level": "debug"}


def test_a_service_says_why_and_waits(refused: Shop, settings: dict[str, str]) -> None:
    products = refused.start("products", **settings)
    eventually(lambda: "the log denies what the service needs" in products.output())
    assert not products.is_ready()
    answer = products.get("/readyz")
    assert "does not let this service in" in answer.text
    products.stop()
    output = products.output()
    assert "check FOLDLINE_KAFKA_SASL_MECHANISM and the credentials" in output
    assert "librdkafka" in output  # else there was nothing to search
    assert SECRET not in output + answer.text


@pytest.mark.parametrize("verb", [("topics", "create"), ("topics", "list"), ("doctor",)])
def test_the_command_line_says_why_and_fails(refused: Shop, settings: dict[str, str], verb: tuple[str, ...]) -> None:
    ended = refused.foldline(*verb, **settings)
    assert ended.returncode != 0
    said = ended.stdout + ended.stderr
    assert "check FOLDLINE_KAFKA_SASL_MECHANISM and the credentials" in said
    assert "Traceback" not in said
    assert SECRET not in said


def test_a_misspelt_setting_stops_the_start(refused: Shop, settings: dict[str, str]) -> None:
    products = refused.start("products", **settings, kafka_sasl_pasword=SECRET)
    assert products.wait_ended() != 0
    assert "did you mean FOLDLINE_KAFKA_SASL_PASSWORD?" in products.output()
    assert SECRET not in products.output()
