"""Who is let in; and who is not is told why, within the time of one question."""

import time
from contextlib import closing
from pathlib import Path

import pytest
from secured_broker import SecuredBroker

from foldline.errors import LogDenied, LogError
from foldline.log.open import open_log
from foldline.settings import Settings

TIMEOUT = 1.5


def refusal(url: str, options: dict[str, str]) -> LogError:
    """The error of a first question."""
    started = time.monotonic()
    with closing(open_log(url, options, "tests")) as log, pytest.raises(LogError) as caught:
        log.describe(["a.topic"], TIMEOUT)
    assert time.monotonic() - started < TIMEOUT + 1
    return caught.value


@pytest.fixture
def options(secured_broker: SecuredBroker, topic: str) -> dict[str, str]:
    """Those of a user who is let in."""
    secured_broker.add_user(topic, "hush")
    return dict(secured_broker.options(topic, "hush"))


def test_a_user_comes_in_by_a_password_in_a_file(
    secured_broker: SecuredBroker, options: dict[str, str], topic: str, tmp_path: Path
) -> None:
    secured_broker.grant(topic, topic, ["Describe"])
    (tmp_path / "password").write_text("hush\n")
    settings = Settings.from_environment(
        {
            "FOLDLINE_LOG": secured_broker.url,
            "FOLDLINE_KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
            "FOLDLINE_KAFKA_SSL_CA_LOCATION": str(secured_broker.authority.certificate),
            "FOLDLINE_KAFKA_SASL_MECHANISM": "SCRAM-SHA-512",
            "FOLDLINE_KAFKA_SASL_USERNAME": topic,
            "FOLDLINE_KAFKA_SASL_PASSWORD_FILE": str(tmp_path / "password"),
        }
    )
    with closing(open_log(settings.log, settings.kafka, "tests")) as log:
        assert log.describe([topic]) == {}


def test_a_user_comes_in_by_a_certificate(secured_broker: SecuredBroker, topic: str, tmp_path: Path) -> None:
    secured_broker.grant(f"CN={topic}", topic, ["Describe"])
    key = tmp_path / "key"
    key.write_text(secured_broker.authority.sign(topic).read_text())
    settings = Settings.from_environment(
        {
            "FOLDLINE_LOG": secured_broker.certified_url,
            "FOLDLINE_KAFKA_SECURITY_PROTOCOL": "ssl",
            "FOLDLINE_KAFKA_SSL_CA_LOCATION": str(secured_broker.authority.certificate),
            "FOLDLINE_KAFKA_SSL_CERTIFICATE_LOCATION": str(key),
            "FOLDLINE_KAFKA_SSL_KEY_PEM_FILE": str(key),
        }
    )
    with closing(open_log(settings.log, settings.kafka, "tests")) as log:
        assert log.describe([topic]) == {}


def test_who_shows_no_certificate_is_told_the_brokers_alert(secured_broker: SecuredBroker) -> None:
    options = dict(secured_broker.tls) | {"security.protocol": "ssl"}
    assert "alert bad certificate" in refusal(secured_broker.certified_url, options).message


@pytest.mark.parametrize(
    ("change", "remedy"),
    [
        ({"sasl.password": "wrong"}, "check FOLDLINE_KAFKA_SASL_MECHANISM and the credentials"),
        ({"sasl.username": "nobody"}, "check FOLDLINE_KAFKA_SASL_MECHANISM and the credentials"),
        ({"sasl.mechanism": "SCRAM-SHA-256"}, "supported mechanisms: SCRAM-SHA-512,OAUTHBEARER"),
        ({"ssl.ca.location": ""}, "check FOLDLINE_KAFKA_SECURITY_PROTOCOL and FOLDLINE_KAFKA_SSL_CA_LOCATION"),
    ],
    ids=["password", "user", "mechanism", "authority"],
)
def test_who_is_not_let_in_is_told_what_to_check(
    secured_broker: SecuredBroker, options: dict[str, str], change: dict[str, str], remedy: str
) -> None:
    changed = {name: text for name, text in (options | change).items() if text}
    error = refusal(secured_broker.url, changed)
    assert isinstance(error, LogDenied)
    assert "does not let this service in" in error.message
    assert remedy in error.message
    assert "hush" not in error.message


def test_a_broker_whose_certificate_has_another_name_is_not_trusted(
    secured_broker: SecuredBroker, options: dict[str, str]
) -> None:
    by_name = secured_broker.url.replace("127.0.0.1", "localhost")
    error = refusal(by_name, options | {"broker.address.family": "v4"})
    assert isinstance(error, LogDenied)
    assert "certificate verify failed" in error.message


@pytest.mark.parametrize("protocol", ["plaintext", "ssl", "sasl_plaintext"])
def test_another_protocol_than_the_listeners_is_guessed(
    secured_broker: SecuredBroker, options: dict[str, str], protocol: str
) -> None:
    used = {"ssl": ("ssl.",), "sasl_plaintext": ("sasl.",)}.get(protocol, ())
    changed = {name: text for name, text in options.items() if name.startswith(used)}
    error = refusal(secured_broker.url, changed | {"security.protocol": protocol})
    assert "FOLDLINE_KAFKA_SECURITY_PROTOCOL may be another than the listener's" in error.message


def test_tls_to_a_plain_listener_is_guessed(secured_broker: SecuredBroker, options: dict[str, str]) -> None:
    assert "connecting to a PLAINTEXT broker listener?" in refusal(secured_broker.plain_url, options).message
