from collections.abc import Collection, Mapping
from difflib import get_close_matches

import pytest

from foldline.log.port import TopicInfo, TopicSpec
from foldline.topology.topic_checks import CHECKED_SETTINGS, default_config, differences, problems_of

DAY = 86_400_000


def problems(config: Mapping[str, str], allow: Collection[str] = ()) -> list[str]:
    return problems_of({**default_config(3), **config}, 3, deadline=10, key_window=86_400, allow=allow)


def test_the_default_has_no_problem() -> None:
    assert problems({}) == []


@pytest.mark.parametrize("replication", [1, 2, 3, 5])
def test_the_default_suits_every_replication(replication: int) -> None:
    config = default_config(replication)
    assert problems_of(config, replication, deadline=10, key_window=86_400, allow=()) == []


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("cleanup.policy", "compact,delete", "has delete beside compact"),
        ("cleanup.policy", "delete, compact", "has delete beside compact"),
        ("message.timestamp.type", "CreateTime", "it must be LogAppendTime"),
        ("min.compaction.lag.ms", str(3_599_999), "less than one hour"),
        ("min.compaction.lag.ms", str(2 * DAY - 1), "less than twice FOLDLINE_KEY_WINDOW"),
        ("min.compaction.lag.ms", "two days", "are whole numbers of milliseconds"),
        ("max.compaction.lag.ms", str(2 * DAY), "it must be above min.compaction.lag.ms"),
        ("min.insync.replicas", "4", "more than the replication, 3"),
        ("min.insync.replicas", "0", "a number from 1 to the replication, 3"),
        ("min.insync.replicas", "some", "a number from 1 to the replication, 3"),
        ("unclean.leader.election.enable", "true", "it must be false"),
    ],
)
def test_a_setting_that_loses_writes_is_a_problem(setting: str, value: str, said: str) -> None:
    (problem,) = problems({setting: value})
    assert said in problem


def test_what_a_broker_sets_by_itself_is_checked_too() -> None:
    found = problems_of({"cleanup.policy": "compact"}, 3, deadline=10, key_window=86_400, allow=())
    assert any("LogAppendTime" in problem for problem in found)
    assert any("less than one hour" in problem for problem in found)


def test_a_topic_that_is_not_compacted_must_keep_everything() -> None:
    assert (
        problems({"cleanup.policy": "delete", "min.compaction.lag.ms": "0", "message.timestamp.type": "CreateTime"})
        == []
    )
    (problem,) = problems({"cleanup.policy": "delete", "retention.ms": "604800000"})
    assert "it must be -1" in problem
    (problem,) = problems({"cleanup.policy": "delete", "retention.bytes": "5"})
    assert "it must be -1" in problem


def test_only_the_lag_is_given_up_with_a_short_lag() -> None:
    short = frozenset({"short-lag"})
    assert problems({"min.compaction.lag.ms": "1000"}, short) == []
    assert len(problems({"min.compaction.lag.ms": "1000", "message.timestamp.type": "CreateTime"}, short)) == 1


def test_a_command_must_end_while_its_key_counts() -> None:
    found = problems_of(default_config(3), 3, deadline=60, key_window=60, allow=())
    assert found == ["FOLDLINE_DEADLINE, 60 s, must be below FOLDLINE_KEY_WINDOW, 60 s"]


@pytest.mark.parametrize(
    "name",
    ["local.retention.ms", "local.retention.bytes", "delete.retention.ms", "message.timestamp.after.max.ms"],
)
def test_no_setting_of_kafkas_is_taken_for_a_misspelling(name: str) -> None:
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
