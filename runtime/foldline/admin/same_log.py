"""Whether a running service uses the log that is looked at here."""

from collections.abc import Mapping

from foldline.admin.services import Status

Identities = Mapping[str, str]
"""Of topics, by the log's names of them; a topic of the same name on another log has another."""

REMEDY = "set FOLDLINE_LOG (or KAFKA_BROKERS) here to what it is there"


def is_on_another_log(status: Status, here: Identities | None) -> bool:
    """Whether it folds a topic that this log does not have. `here` None: the log cannot be read, so nobody knows."""
    folded: Identities = status.get("identities", {})  # a service of an older version does not tell
    return here is not None and any(here.get(topic) != identity for topic, identity in folded.items())
