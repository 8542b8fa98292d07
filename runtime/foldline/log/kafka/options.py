"""What an operator may tell librdkafka, and what is said of the rest."""

import difflib
from collections.abc import Iterator, Mapping

_PREFIX = "FOLDLINE_KAFKA_"

_NO_GROUP = "every replica reads the whole of its topics, and no group is joined"
_POSITIONS = "positions are kept in the state, with what was folded"
_ONCE = "a record that is sent again must not be written twice, nor out of order"
_ALL_IN_SYNC = "a write counts once all replicas in sync have it"
_COUNTS_ON_IT = "it counts on what it gets that way"
_DECIDED: Mapping[str, str] = {
    "bootstrap.servers": "FOLDLINE_LOG says where the brokers are",
    "metadata.broker.list": "FOLDLINE_LOG says where the brokers are",
    "client.id": "quotas and the brokers' logs know a process by its service",
    "group.id": _NO_GROUP,
    "group.instance.id": _NO_GROUP,
    "group.protocol": _NO_GROUP,
    "transactional.id": "the order of the log decides between writers, without transactions",
    "acks": _ALL_IN_SYNC,
    "request.required.acks": _ALL_IN_SYNC,
    "enable.idempotence": _ONCE,
    "max.in.flight": _ONCE,
    "max.in.flight.requests.per.connection": _ONCE,
    "retries": _ONCE,
    "message.send.max.retries": _ONCE,
    "queuing.strategy": _ONCE,
    "partitioner": "whoever writes an entity must choose the same partition",
    "delivery.report.only.error": _COUNTS_ON_IT,
    "enable.auto.commit": _POSITIONS,
    "auto.commit.enable": _POSITIONS,
    "enable.auto.offset.store": _POSITIONS,
    "auto.offset.reset": "records that are gone must not be passed over in silence",
    "isolation.level": "only what is stable is folded",
    "enable.partition.eof": _COUNTS_ON_IT,
    "logger": "librdkafka's lines go where its own go",
}
"""What the runtime sets itself, and why nobody else may."""

_PROTOCOLS = ("plaintext", "ssl", "sasl_plaintext", "sasl_ssl")
_USED_BY = {"sasl.": ("sasl_ssl", "sasl_plaintext"), "ssl.": ("ssl", "sasl_ssl")}
"""Settings by their prefix, and the protocols that use them. librdkafka leaves them out in silence by all others."""

_USUAL = """
    security.protocol sasl.mechanism sasl.username sasl.password sasl.oauthbearer.method sasl.oauthbearer.client.id
    sasl.oauthbearer.client.secret sasl.oauthbearer.scope sasl.oauthbearer.extensions sasl.oauthbearer.grant.type
    sasl.oauthbearer.token.endpoint.url sasl.oauthbearer.assertion.algorithm
    sasl.oauthbearer.assertion.private.key.file sasl.oauthbearer.assertion.private.key.pem
    sasl.oauthbearer.assertion.claim.aud sasl.oauthbearer.assertion.claim.iss sasl.oauthbearer.assertion.claim.sub
    https.ca.location https.ca.pem ssl.ca.location ssl.ca.pem ssl.certificate.location ssl.certificate.pem
    ssl.key.location ssl.key.pem ssl.key.password ssl.keystore.location ssl.keystore.password ssl.crl.location
    ssl.cipher.suites ssl.endpoint.identification.algorithm enable.ssl.certificate.verification
    client.rack client.dns.lookup broker.address.family broker.address.ttl socket.keepalive.enable
    socket.timeout.ms socket.connection.setup.timeout.ms connections.max.idle.ms reconnect.backoff.ms
    reconnect.backoff.max.ms retry.backoff.ms topic.metadata.refresh.interval.ms metadata.max.age.ms
    compression.type compression.level linger.ms message.timeout.ms fetch.wait.max.ms fetch.max.bytes
    max.partition.fetch.bytes queued.min.messages queued.max.messages.kbytes debug
"""
"""What operators set, for the nearest name of a misspelt one. All else that librdkafka knows may be set as well."""


def problems_of(options: Mapping[str, str]) -> Iterator[str]:
    """What can be said of librdkafka's settings without librdkafka."""
    for name in sorted(options.keys() & _DECIDED.keys()):
        yield f"{variable(name)}: take it away; Foldline sets {name} itself, for {_DECIDED[name]}"
    protocol = options.get("security.protocol", "plaintext").lower()
    for prefix, protocols in _USED_BY.items():
        given = min((name for name in options if name.startswith(prefix)), default=None)
        if given and protocol in {*_PROTOCOLS} - {*protocols}:
            yield (
                f"{variable(given)}: it counts for nothing by {protocol}; "
                f"set {variable('security.protocol')} to {' or '.join(protocols)}, or take it away"
            )
    if protocol in _USED_BY["sasl."] and not options.keys() & {"sasl.mechanism", "sasl.mechanisms"}:
        yield (
            f"{variable('security.protocol')}={protocol}: set {variable('sasl.mechanism')} as well: "
            "SCRAM-SHA-512, SCRAM-SHA-256, PLAIN or OAUTHBEARER"
        )


def refused(complaint: str, options: Mapping[str, str]) -> str:
    """librdkafka's complaint about these settings, with the variable that it is about."""
    blamed = max((name for name in options if name in complaint), key=len, default=None)
    if blamed is None:
        return f"{_PREFIX}...: {complaint}"
    if complaint.startswith("No such configuration property"):
        return f"{variable(blamed)}: librdkafka has no setting {blamed}{_meant(blamed)}"
    return f"{variable(blamed)}: {complaint.strip()}"


def variable(option: str) -> str:
    """The environment's name of one of librdkafka's settings."""
    return _PREFIX + option.upper().replace(".", "_")


def _meant(option: str) -> str:
    close = difflib.get_close_matches(option, _USUAL.split(), n=1)
    return f"; did you mean {variable(close[0])}?" if close else ""
