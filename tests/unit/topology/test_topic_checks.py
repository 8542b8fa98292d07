import pytest

from foldline.log.port import TopicInfo, TopicSpec
from foldline.topology.cross_checks import CHECKED_SETTINGS
from foldline.topology.topic_checks import default_config, differences, problems_of

DAY = 86_400_000


def problems(replication: int = 3, allow: frozenset[str] = frozenset(), **config: str) -> list[str]:
    settings = default_config(3) | {name.replace("_", "."): value for name, value in config.items()}
    return problems_of(settings, replication, deadline=10, key_window=86_400, allow=allow)


def test_the_default_has_no_problem() -> None:
    assert problems() == []


@pytest.mark.parametrize("replication", [1, 2, 3, 5])
def test_the_default_suits_every_replication(replication: int) -> None:
    config = default_config(replication)
    assert problems_of(config, replication, deadline=10, key_window=86_400, allow=()) == []


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("cleanup_policy", "compact,delete", "has delete beside compact"),
        ("cleanup_policy", "delete, compact", "has delete beside compact"),
        ("message_timestamp_type", "CreateTime", "it must be LogAppendTime"),
        ("min_compaction_lag_ms", str(3_599_999), "less than one hour"),
        ("min_compaction_lag_ms", str(2 * DAY - 1), "less than twice FOLDLINE_KEY_WINDOW"),
        ("min_compaction_lag_ms", "two days", "are whole numbers of milliseconds"),
        ("max_compaction_lag_ms", str(2 * DAY), "it must be above min.compaction.lag.ms"),
        ("min_insync_replicas", "4", "more than the replication, 3"),
        ("min_insync_replicas", "0", "a number from 1 to the replication, 3"),
        ("min_insync_replicas", "some", "a number from 1 to the replication, 3"),
        ("unclean_leader_election_enable", "true", "it must be false"),
    ],
)
def test_a_setting_that_loses_writes_is_a_problem(setting: str, value: str, said: str) -> None:
    (problem,) = problems(**{setting: value})
    assert said in problem


def test_what_a_broker_sets_by_itself_is_checked_too() -> None:
    found = problems_of({"cleanup.policy": "compact"}, 3, deadline=10, key_window=86_400, allow=())
    assert any("LogAppendTime" in problem for problem in found)
    assert any("less than one hour" in problem for problem in found)


def test_a_topic_that_is_not_compacted_must_keep_everything() -> None:
    assert problems(cleanup_policy="delete", min_compaction_lag_ms="0", message_timestamp_type="CreateTime") == []
    (problem,) = problems(cleanup_policy="delete", retention_ms="604800000")
    assert "it must be -1" in problem
    (problem,) = problems(cleanup_policy="delete", retention_bytes="5")
    assert "it must be -1" in problem


def test_only_the_lag_is_given_up_with_a_short_lag() -> None:
    short = frozenset({"short-lag"})
    assert problems(allow=short, min_compaction_lag_ms="1000") == []
    assert len(problems(allow=short, min_compaction_lag_ms="1000", message_timestamp_type="CreateTime")) == 1


def test_a_command_must_end_while_its_key_counts() -> None:
    found = problems_of(default_config(3), 3, deadline=60, key_window=60, allow=())
    assert found == ["FOLDLINE_DEADLINE, 60 s, must be below FOLDLINE_KEY_WINDOW, 60 s"]


def test_no_setting_of_kafkas_is_taken_for_a_misspelling() -> None:
    from difflib import get_close_matches

    for name in (
        "local.retention.ms local.retention.bytes delete.retention.ms compression.type message.timestamp.after.max.ms "
        "message.timestamp.before.max.ms min.cleanable.dirty.ratio segment.jitter.ms remote.storage.enable flush.ms"
    ).split():
        assert not get_close_matches(name, CHECKED_SETTINGS, cutoff=0.85)


DECLARED = TopicSpec("eventbus.products", 3, 3, default_config(3))


def found_on_the_log(partitions: int = 3, replication: int = 3, **config: str) -> TopicInfo:
    settings = default_config(3) | {"segment.ms": "1"} | {name.replace("_", "."): to for name, to in config.items()}
    return TopicInfo("eventbus.products", "identity", partitions, replication, settings)


def test_a_topic_as_declared_has_no_differences() -> None:
    assert differences(DECLARED, found_on_the_log()) == []


def test_each_difference_is_told() -> None:
    actual = found_on_the_log(partitions=6, replication=1, retention_ms="1000")
    partitions, replication, retention = differences(DECLARED, actual)
    assert "it has 6 partitions, declared are 3" in partitions
    assert "it has replication 1, declared is 3" in replication
    assert retention == "retention.ms is 1000, declared is -1"


def test_more_replicas_than_declared_are_welcome() -> None:
    assert differences(DECLARED, found_on_the_log(replication=5)) == []


def test_low_replication_can_be_allowed() -> None:
    actual = found_on_the_log(replication=1, min_insync_replicas="1")
    assert len(differences(DECLARED, actual)) == 2
    assert differences(DECLARED, actual, allow={"low-replication"}) == []
