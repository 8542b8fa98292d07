"""Kafka's errors as sentences that say what to do."""

from confluent_kafka import KafkaError, KafkaException

from foldline.errors import LogDenied, LogError, RecordTooLarge
from foldline.log.kafka.codes import NOT_ALLOWED, SILENCE, UNKNOWN_TOPIC, describe
from foldline.log.kafka.contact import Contact


def explain(error: KafkaError, subject: str, contact: Contact, operation: str) -> LogError:
    """The error of an operation, spelled as Kafka's ACLs spell it, on `subject`, a topic or several."""
    if error.code() in UNKNOWN_TOPIC:
        return LogError(
            f"{subject}: there is no such topic or partition, or this user may not see it; "
            "`foldline topics create` makes what is missing"
        )
    if error.code() in NOT_ALLOWED:
        return LogDenied(
            f"{subject}: {describe(error)}: grant this user {operation} on it; "
            "`foldline deploy acls` lists what each service needs"
        )
    if error.code() in SILENCE and contact.denied:
        return LogDenied(f"{subject}: Kafka at {contact.servers} does not let this service in: {contact.trouble}")
    if error.code() in SILENCE:
        return LogError(f"{subject}: Kafka at {contact.servers} did not answer in time: {contact.trouble}")
    if error.code() == KafkaError.MSG_SIZE_TOO_LARGE:
        return RecordTooLarge(f"{subject}: {describe(error)}")
    return LogError(f"{subject}: {describe(error)}")


def error_of(exception: KafkaException) -> KafkaError:
    """The error that the exception carries."""
    error: KafkaError = exception.args[0]
    return error
