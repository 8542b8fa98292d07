"""Where the fold goes on: from the positions of its own state, if the log is still the one they speak of."""

from collections.abc import Mapping
from typing import NamedTuple

from foldline.errors import LogCut, TopicMismatch
from foldline.fold.continued import Folded
from foldline.fold.gate import clock
from foldline.fold.watch import Sighting
from foldline.log.port import Bounds, Log, Partition, TopicInfo
from foldline.state.state import State

_KEPT_TOPICS = """
WITH RECURSIVE kept (topic) AS (
    SELECT min(topic) FROM foldline_entities
    UNION ALL SELECT (SELECT min(topic) FROM foldline_entities WHERE topic > kept.topic) FROM kept
    WHERE kept.topic IS NOT NULL
)
SELECT topic FROM kept WHERE topic IS NOT NULL"""
"""The topics of the entities, one step in the index for each: a start is to cost the same however many entities are."""


class Resumed(NamedTuple):
    """What the fold starts with."""

    positions: Mapping[Partition, int]
    """The offset to be folded next of each partition."""
    folded: Mapping[Partition, Folded]
    """What was folded last of each partition, where that may still be on the log."""
    sighting: Sighting
    """The log's ends."""
    identities: Mapping[str, str]
    """Of each topic, by the log's name of it."""
    partitions: Mapping[str, int]
    """How many each topic has."""

    @property
    def starts(self) -> Mapping[Partition, int]:
        """Where to read on."""
        return dict(self.positions) | {partition: last.offset for partition, last in self.folded.items()}


def resume(state: State, log: Log, log_names: Mapping[str, str]) -> Resumed:
    """Find where to go on in these topics (the log's name of each, by its name in topics.yaml).

    Raises LogCut where the state does not belong to this log, TopicMismatch where a topic is missing, LogError where
    the log does not answer.
    """
    now = clock()
    infos = log.describe(log_names.values())
    if missing := sorted(set(log_names.values()) - set(infos)):
        raise TopicMismatch(f"{', '.join(missing)}: not on the log; `foldline topics create` makes what is missing")
    partitions = [Partition(info.name, number) for info in infos.values() for number in range(info.partitions)]
    bounds = log.bounds(partitions)
    _forget_other_topics(state, log_names)
    _check_names(state, log_names)
    positions, folded = {}, {}
    for partition in partitions:
        positions[partition], last = _position(state, infos[partition.topic], partition, bounds[partition])
        if last is not None:
            folded[partition] = last
    return Resumed(
        positions,
        folded,
        Sighting(now, {partition: end for partition, (_, end) in bounds.items()}),
        {name: info.identity for name, info in infos.items()},
        {name: info.partitions for name, info in infos.items()},
    )


def _position(state: State, info: TopicInfo, partition: Partition, bounds: Bounds) -> tuple[int, Folded | None]:
    row = state.writer.execute(
        "SELECT * FROM foldline_positions WHERE topic = ? AND partition = ?", partition
    ).fetchone()
    if row is None:
        with state.transaction() as connection:
            connection.execute(
                "INSERT INTO foldline_positions (topic, partition, identity, next, changes_from) "
                "VALUES (?, ?, ?, ?, ?)",
                (*partition, info.identity, bounds.first, bounds.first),
            )
        return bounds.first, None
    if row["identity"] != info.identity:
        raise LogCut(f"{partition.topic} on the log is another topic of the same name")
    start: int = row["next"]
    if not bounds.first <= start <= bounds.end:
        raise LogCut(
            f"{partition.topic}-{partition.number} holds offsets {bounds.first} to {bounds.end}, "
            f"the state is at {start}"
        )
    on_the_log = row["last"] is not None and row["last"] >= bounds.first
    return start, Folded(row["last"], row["digest"]) if on_the_log else None


def _check_names(state: State, log_names: Mapping[str, str]) -> None:
    """A topic's entities must come from the log topic that it has now."""
    for name, log_name in log_names.items():
        folded = state.writer.execute("SELECT 1 FROM foldline_positions WHERE topic = ?", (log_name,)).fetchone()
        kept = state.writer.execute("SELECT 1 FROM foldline_entities WHERE topic = ?", (name,)).fetchone()
        if kept and not folded:
            raise LogCut(f"{name} was folded from another topic than {log_name}")


def _forget_other_topics(state: State, log_names: Mapping[str, str]) -> None:
    """What the service folded once and folds no more."""
    folded = {topic for (topic,) in state.writer.execute("SELECT DISTINCT topic FROM foldline_positions")}
    kept = {topic for (topic,) in state.writer.execute(_KEPT_TOPICS)}
    if folded <= set(log_names.values()) and kept <= set(log_names):
        return
    marks = ", ".join("?" * len(log_names))
    with state.transaction() as connection:
        for table in ("entities", "keys", "repairs", "parked"):
            connection.execute(f"DELETE FROM foldline_{table} WHERE topic NOT IN ({marks})", tuple(log_names))
        for table in ("positions", "changes", "dead_letters"):
            connection.execute(f"DELETE FROM foldline_{table} WHERE topic NOT IN ({marks})", tuple(log_names.values()))
