"""Kafka's error codes, by what they mean to Foldline."""
# ruff: noqa: SLF001 - librdkafka's own codes are public, and called _SOMETHING

from confluent_kafka import KafkaError

ALL_DOWN = KafkaError._ALL_BROKERS_DOWN
END = KafkaError._PARTITION_EOF
EXISTS = KafkaError.TOPIC_ALREADY_EXISTS
CUT = KafkaError._AUTO_OFFSET_RESET
TLS = KafkaError._SSL
TIMED_OUT = KafkaError._TIMED_OUT

SILENCE = frozenset({TIMED_OUT, KafkaError._TRANSPORT, ALL_DOWN, KafkaError.REQUEST_TIMED_OUT})
"""A broker did not answer."""

UNKNOWN_TOPIC = frozenset({KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError._UNKNOWN_TOPIC, KafkaError._NOENT})
"""The topic does not exist, or not yet."""

SETTLING = frozenset(
    {
        KafkaError.NOT_LEADER_FOR_PARTITION,
        KafkaError.LEADER_NOT_AVAILABLE,
        KafkaError.OFFSET_NOT_AVAILABLE,
        KafkaError.BROKER_NOT_AVAILABLE,
        KafkaError.REPLICA_NOT_AVAILABLE,
        KafkaError.FENCED_LEADER_EPOCH,
        KafkaError.UNKNOWN_LEADER_EPOCH,
        KafkaError.KAFKA_STORAGE_ERROR,
    }
)
"""A partition is about to get a leader: ask again."""

NOT_LET_IN = frozenset({KafkaError._AUTHENTICATION, TLS})
"""The brokers are there, and talk to nobody who comes like this."""

PASSING = SILENCE | NOT_LET_IN | {KafkaError.GROUP_AUTHORIZATION_FAILED}
"""A consumer goes on by itself. (No group is ever joined, so it does not matter whether that is allowed.)"""

NOT_ALLOWED = frozenset({KafkaError.TOPIC_AUTHORIZATION_FAILED, KafkaError.CLUSTER_AUTHORIZATION_FAILED})
"""The user may not do this."""

_REMEDIES = {
    KafkaError._AUTHENTICATION: "check FOLDLINE_KAFKA_SASL_MECHANISM and the credentials that go with it",
    TLS: "check FOLDLINE_KAFKA_SECURITY_PROTOCOL and FOLDLINE_KAFKA_SSL_CA_LOCATION",
    KafkaError._TRANSPORT: "start it, or correct the addresses in FOLDLINE_LOG or KAFKA_BROKERS",
    KafkaError._RESOLVE: "check the host names in FOLDLINE_LOG",
    KafkaError._MSG_TIMED_OUT: "no broker confirmed it in time, so it may or may not have been written",
    KafkaError._PURGE_QUEUE: "it was given up before it was sent",
    KafkaError._PURGE_INFLIGHT: "it was given up while it was sent, so it may or may not have been written",
    KafkaError._FATAL: "the producer must be made anew; try again",
    KafkaError.MSG_SIZE_TOO_LARGE: "the record is larger than the topic takes (max.message.bytes)",
    KafkaError.INVALID_REPLICATION_FACTOR: (
        "it has fewer brokers than topics.yaml asks for replicas; on a single broker for development, "
        "FOLDLINE_ALLOW=low-replication asks for one"
    ),
    KafkaError.POLICY_VIOLATION: "the cluster's policy forbids it: ask who runs it",
}
"""What to do about an error, or what it means for the record."""


def describe(error: KafkaError) -> str:
    """What happened, and the remedy if there is one."""
    remedy = _REMEDIES.get(error.code())
    return f"{error.str()} ({error.name()})" + (f": {remedy}" if remedy else "")
