"""What a topic must be like to be the source of truth, whether as it is declared or as it is found on the log."""

from collections.abc import Collection, Iterator, Mapping

from foldline.log.port import TopicInfo, TopicSpec

CLEANUP, LAG, MAX_LAG = "cleanup.policy", "min.compaction.lag.ms", "max.compaction.lag.ms"
TIMESTAMP, IN_SYNC, UNCLEAN = "message.timestamp.type", "min.insync.replicas", "unclean.leader.election.enable"
RETENTION = ("retention.ms", "retention.bytes")

_HOUR = 3_600_000
_KAFKA_DEFAULTS = {
    CLEANUP: "delete",
    LAG: "0",
    MAX_LAG: str(2**63 - 1),
    TIMESTAMP: "CreateTime",
    IN_SYNC: "1",
    UNCLEAN: "false",
    "retention.ms": "604800000",
    "retention.bytes": "-1",
}


CHECKED_SETTINGS = frozenset(_KAFKA_DEFAULTS)


def default_config(replication: int) -> dict[str, str]:
    """The settings of a topic that declares none: an entity's last record is kept for ever."""
    return {
        CLEANUP: "compact",
        "retention.ms": "-1",
        "retention.bytes": "-1",
        IN_SYNC: str(min(2, replication)),
        LAG: "172800000",
        TIMESTAMP: "LogAppendTime",
    }


def problems_of(
    config: Mapping[str, str], replication: int, *, deadline: float, key_window: float, allow: Collection[str]
) -> list[str]:
    """Why writes on such a topic could be lost or doubled; empty where they cannot.

    `config` has Kafka's names and texts; what it lacks is as Kafka has it by default. `deadline` and `key_window` are
    seconds; `allow` names checks to give up (FOLDLINE_ALLOW).
    """
    settings = _KAFKA_DEFAULTS | dict(config)
    policies = {policy.strip() for policy in settings[CLEANUP].split(",")}
    return [
        *_deletion(policies, settings),
        *_replication(settings, replication),
        *(_compaction(settings, key_window, allow) if "compact" in policies else ()),
        *_command_times(deadline, key_window),
    ]


def differences(declared: TopicSpec, actual: TopicInfo, *, allow: Collection[str] = ()) -> list[str]:
    """What a topic on the log has otherwise than it is declared; low replication may be allowed."""
    low = "low-replication" in allow
    found = []
    if actual.partitions != declared.partitions:
        found.append(
            f"it has {actual.partitions} partitions, declared are {declared.partitions}; the number cannot be changed "
            "once it holds records, since keys would move"
        )
    if actual.replication < declared.replication and not low:
        found.append(
            f"it has replication {actual.replication}, declared is {declared.replication} "
            "(FOLDLINE_ALLOW=low-replication takes it as it is)"
        )
    for name, value in declared.config.items():
        if (is_now := actual.config.get(name, value)) != value and not (low and name == IN_SYNC):
            found.append(f"{name} is {is_now}, declared is {value}")
    return found


def _deletion(policies: Collection[str], settings: Mapping[str, str]) -> Iterator[str]:
    if "delete" not in policies:
        return
    if "compact" in policies:
        yield f"{CLEANUP} has delete beside compact: entities would vanish with age; leave compact alone"
        return
    for name in RETENTION:
        if settings[name] != "-1":
            yield f"{name} is {settings[name]}: events would vanish; with {CLEANUP}=delete it must be -1"


def _replication(settings: Mapping[str, str], replication: int) -> Iterator[str]:
    in_sync = _number(settings[IN_SYNC])
    if in_sync is None or in_sync < 1:
        yield f"{IN_SYNC} is {settings[IN_SYNC]}; it is a number from 1 to the replication, {replication}"
    elif in_sync > replication:
        yield f"{IN_SYNC} is {in_sync}, more than the replication, {replication}: nothing could be written"
    if settings[UNCLEAN].lower() != "false":
        yield f"{UNCLEAN} is {settings[UNCLEAN]}: writes that were answered would be lost; it must be false"


def _compaction(settings: Mapping[str, str], key_window: float, allow: Collection[str]) -> Iterator[str]:
    if settings[TIMESTAMP] != "LogAppendTime":
        yield (
            f"{TIMESTAMP} is {settings[TIMESTAMP]}: compaction would hang on the clocks of producers; "
            "it must be LogAppendTime"
        )
    lag, longest = _number(settings[LAG]), _number(settings[MAX_LAG])
    if lag is None or longest is None:
        yield f"{LAG} ({settings[LAG]}) and {MAX_LAG} ({settings[MAX_LAG]}) are whole numbers of milliseconds"
        return
    if longest <= lag:
        yield f"{MAX_LAG} is {longest}; it must be above {LAG}, {lag}"
    if "short-lag" not in allow:
        yield from _lag(lag, key_window)


def _lag(lag: int, key_window: float) -> Iterator[str]:
    if lag < _HOUR:
        yield (
            f"{LAG} is {lag}: less than one hour, {_HOUR}, in which lost records are repaired "
            "(FOLDLINE_ALLOW=short-lag takes it as it is)"
        )
    elif lag < 2000 * key_window:
        yield (
            f"{LAG} is {lag}: less than twice FOLDLINE_KEY_WINDOW, {key_window:g} s, so that idempotency keys could be "
            "forgotten while they count"
        )


def _command_times(deadline: float, key_window: float) -> Iterator[str]:
    if deadline >= key_window:
        yield f"FOLDLINE_DEADLINE, {deadline:g} s, must be below FOLDLINE_KEY_WINDOW, {key_window:g} s"


def _number(text: str) -> int | None:
    try:
        return int(text)
    except ValueError:
        return None
