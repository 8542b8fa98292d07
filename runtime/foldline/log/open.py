"""Open the log that a URL names."""

import re
from collections.abc import Collection, Mapping

from foldline.errors import SettingsError
from foldline.log.port import Log
from foldline.log.sqlite import SqliteLog

_SERVER = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):[0-9]{1,5}")


def open_log(url: str, options: Mapping[str, str], client_id: str, cores: Collection[int] = ()) -> Log:
    """The log at `sqlite:PATH` or `kafka://HOST:PORT,HOST:PORT`; raises SettingsError for any other URL.

    `options` are librdkafka's settings (`security.protocol`, say), and `client_id` is what Kafka's logs and quotas
    call this process; the embedded log needs neither. librdkafka's threads run on `cores`, if any are given.
    """
    scheme, _, rest = url.partition(":")
    servers = rest.removeprefix("//").rstrip("/").split(",")
    if scheme == "sqlite" and rest:
        return SqliteLog(rest)
    if scheme == "kafka" and rest.startswith("//") and all(map(_SERVER.fullmatch, servers)):
        from foldline.log.kafka import KafkaLog  # noqa: PLC0415 - the embedded log does without Kafka's library

        return KafkaLog(",".join(servers), options, client_id, cores)
    if "@" in url:  # perhaps a password: it must not be shown
        raise SettingsError(
            "FOLDLINE_LOG: it holds no credentials; put them into FOLDLINE_KAFKA_SASL_USERNAME and _PASSWORD"
        )
    raise SettingsError(f"FOLDLINE_LOG={url}: it is sqlite:PATH (sqlite:var/log.db) or kafka://HOST:PORT,HOST:PORT")
