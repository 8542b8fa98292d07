"""librdkafka's settings: what may be set, and what is said of every mistake before anything connects."""

import logging
import traceback

import pytest
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from foldline.errors import SettingsError
from foldline.log.kafka.clients import Clients
from foldline.log.kafka.options import _DECIDED, _USUAL, refused

SECURED = {
    "security.protocol": "sasl_ssl",
    "sasl.mechanism": "SCRAM-SHA-512",
    "sasl.username": "me",
    "sasl.password": "hush-password",
}


def mistakes(**options: str) -> tuple[str, ...]:
    """What is said of these settings: `sasl_password` is sasl.password."""
    named = {name.replace("_", "."): text for name, text in options.items()}
    with pytest.raises(SettingsError) as caught:
        Clients("localhost:9092", named, "test").admin()
    return caught.value.problems


def mistake(**options: str) -> str:
    [only] = mistakes(**options)
    return only


def test_a_misspelt_setting_is_told_with_the_nearest() -> None:
    options = SECURED | {"sasl.pasword": "hush"}
    assert mistake(**options) == (
        "FOLDLINE_KAFKA_SASL_PASWORD: librdkafka has no setting sasl.pasword; "
        "did you mean FOLDLINE_KAFKA_SASL_PASSWORD?"
    )


def test_a_setting_that_is_like_no_other_is_told_without_a_list() -> None:
    assert mistake(colour="blue") == "FOLDLINE_KAFKA_COLOUR: librdkafka has no setting colour"


@pytest.mark.parametrize("option", ["logger", "error_cb", "on_commit", "plugin_library_paths", "sasl.kerberos.keytab"])
def test_what_is_no_text_or_cannot_be_used_is_refused_too(option: str) -> None:
    assert mistake(**{option: "blue"}).startswith("FOLDLINE_KAFKA_")


@pytest.mark.parametrize("option", sorted(_DECIDED))
def test_what_foldline_decides_is_refused_with_the_reason(option: str) -> None:
    assert mistake(**{option: "1"}).endswith(f"Foldline sets {option} itself, for {_DECIDED[option]}")


@pytest.mark.parametrize("option", [*_DECIDED, *_USUAL.split()])
def test_librdkafka_knows_every_setting_that_is_named_here(option: str) -> None:
    complaint = ""
    try:
        AdminClient({option: "blue"}, logger=logging.getLogger("tests"))
    except KafkaException as error:
        complaint = str(error)
    assert "No such configuration property" not in complaint


def test_every_mistake_is_told_at_once() -> None:
    assert len(mistakes(acks="1", isolation_level="read_uncommitted", sasl_username="me")) == 3


@pytest.mark.parametrize(
    ("options", "remedy"),
    [
        ({"sasl.username": "me"}, "set FOLDLINE_KAFKA_SECURITY_PROTOCOL to sasl_ssl or sasl_plaintext"),
        (
            {"sasl.username": "me", "security.protocol": "ssl"},
            "set FOLDLINE_KAFKA_SECURITY_PROTOCOL to sasl_ssl or sasl_plaintext",
        ),
        ({"ssl.ca.location": "ca.pem"}, "set FOLDLINE_KAFKA_SECURITY_PROTOCOL to ssl or sasl_ssl"),
        (
            SECURED | {"security.protocol": "sasl_plaintext", "ssl.ca.location": "ca.pem"},
            "set FOLDLINE_KAFKA_SECURITY_PROTOCOL to ssl or sasl_ssl",
        ),
        ({"security.protocol": "SASL_SSL"}, "set FOLDLINE_KAFKA_SASL_MECHANISM as well"),
    ],
)
def test_credentials_that_would_not_be_used_are_refused(options: dict[str, str], remedy: str) -> None:
    """Else they would be left out in silence, and the connection made without them."""
    assert remedy in mistake(**options)


@pytest.mark.parametrize(
    ("options", "about"),
    [
        ({"security.protocol": "sasl_sl"}, "SECURITY_PROTOCOL"),
        ({"socket.timeout.ms": "soon"}, "SOCKET_TIMEOUT_MS"),
        ({"security.protocol": "ssl", "ssl.ca.location": "/absent/ca.pem"}, "SSL_CA_LOCATION"),
        ({"security.protocol": "ssl", "ssl.key.location": "/absent", "ssl.key.password": "x"}, "SSL_KEY_LOCATION"),
        ({**SECURED, "sasl.password": ""}, "SASL_USERNAME"),
        ({**SECURED, "sasl.mechanism": "GSSAPI"}, "..."),
        (
            {"security.protocol": "sasl_ssl", "sasl.mechanism": "OAUTHBEARER", "sasl.oauthbearer.method": "oidc"},
            "SASL_OAUTHBEARER_METHOD",
        ),
    ],
)
def test_a_value_that_librdkafka_refuses_is_told_with_its_variable(options: dict[str, str], about: str) -> None:
    assert mistake(**options).startswith(f"FOLDLINE_KAFKA_{about}: ")


def test_secrets_are_in_no_error_and_no_traceback() -> None:
    options = {
        "security.protocol": "ssl",
        "ssl.key.pem": "hush-key",
        "ssl.certificate.pem": "hush-certificate",
        "ssl.key.password": "hush-word",
    }
    with pytest.raises(SettingsError) as caught:
        Clients("localhost:9092", options, "test").admin()
    assert "hush" not in "".join(traceback.format_exception(caught.value))


def test_a_complaint_about_no_setting_in_particular_is_passed_on() -> None:
    assert refused("It is too late", {"acks": "1"}) == "FOLDLINE_KAFKA_...: It is too late"
