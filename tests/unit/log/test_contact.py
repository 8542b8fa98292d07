import logging

import pytest
from confluent_kafka import KafkaError

from foldline.log.kafka.codes import ALL_DOWN
from foldline.log.kafka.contact import Contact


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def contact(clock: Clock, caplog: pytest.LogCaptureFixture) -> Contact:
    caplog.set_level(logging.INFO)
    return Contact("host:9092", clock)


def test_an_outage_and_its_end_are_reported_once(
    contact: Contact, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(100):
        clock.now += 0.05
        contact.failed(KafkaError(KafkaError._TRANSPORT, "Connection refused"))
        contact.failed(KafkaError(ALL_DOWN, "1/1 brokers are down"))
    contact.answered()
    contact.answered()

    lost, found = caplog.messages
    assert "host:9092 is out of reach" in lost
    assert "Connection refused" in lost
    assert "host:9092 answers again" in found


def test_a_question_without_an_answer_is_reported_once(contact: Contact, caplog: pytest.LogCaptureFixture) -> None:
    contact.unanswered()
    contact.unanswered()
    contact.answered()

    lost, found = caplog.messages
    assert "out of reach" in lost
    assert "answers again" in found


def test_a_moment_without_brokers_is_not_reported(
    contact: Contact, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(10):
        contact.failed(KafkaError(ALL_DOWN))
        clock.now += 0.9
        contact.answered()
        clock.now += 0.9

    assert caplog.messages == []


def test_idle_connections_that_are_closed_are_not_reported(
    contact: Contact, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(10):
        contact.failed(KafkaError(ALL_DOWN))
        clock.now += 600

    assert caplog.messages == []


def test_a_refused_password_is_reported_with_the_settings_to_check(
    contact: Contact, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):
        contact.failed(KafkaError(KafkaError._AUTHENTICATION, "SASL authentication failed"))
        contact.failed(KafkaError(ALL_DOWN))
        clock.now += 2

    assert "SASL authentication failed" in caplog.text
    assert "does not let this service in" in caplog.text
    assert "check FOLDLINE_KAFKA_SASL_MECHANISM" in caplog.text


def test_brokers_that_only_close_connections_point_to_the_protocol(contact: Contact) -> None:
    assert contact.trouble == "no answer"
    contact.failed(KafkaError(ALL_DOWN))
    assert "FOLDLINE_KAFKA_SECURITY_PROTOCOL" in contact.trouble


def test_what_was_wrong_before_the_last_answer_is_forgotten(contact: Contact) -> None:
    contact.failed(KafkaError(KafkaError._AUTHENTICATION, "SASL authentication failed"))
    contact.unanswered()
    before = contact.denied
    contact.answered()
    assert (before, contact.denied, contact.trouble) == (True, False, "no answer")


def test_a_certificate_that_is_not_trusted_is_a_denial_however_librdkafka_calls_it(contact: Contact) -> None:
    said = "sasl_ssl://host:9092/bootstrap: error:0A000086:SSL routines::certificate verify failed"
    contact.failed(KafkaError(KafkaError._TRANSPORT, said))

    assert contact.denied
    assert "certificate verify failed" in contact.trouble
    assert "FOLDLINE_KAFKA_SSL_CA_LOCATION" in contact.trouble
