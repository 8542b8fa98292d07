"""`foldline topics`."""

import os
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import TypedDict, Unpack

import click

from foldline.admin.copying import copy_events, source_of
from foldline.admin.logs import find_topic, open_existing
from foldline.admin.targets import open_target, target_of
from foldline.admin.topics import COLUMNS, check_rows, describe_topic, topic_rows
from foldline.cli.application import Surroundings, surroundings
from foldline.cli.changing import Changes, changes
from foldline.cli.complete import topic_names
from foldline.cli.output import Output, prints
from foldline.cli.terminal import headed, terminal_width
from foldline.log.open import open_log
from foldline.log.port import Log
from foldline.table import Row, text_table
from foldline.topics import create_topics


class _Copy(TypedDict):
    url: str | None
    name: str | None
    append: bool


@click.group()
def topics() -> None:
    """Look after the topics on the log.

    It is the log that FOLDLINE_LOG or KAFKA_BROKERS names.

    Example: KAFKA_BROKERS=127.0.0.1:9092 foldline topics create
    """


@topics.command()
@click.option("--dry-run", is_flag=True, help="Say what would be created, and do nothing.")
@click.pass_obj
@prints
def create(output: Output, path: Path, dry_run: bool) -> None:
    """Create the topics that are missing.

    What is otherwise than topics.yaml declares is reported, and ends with 7. Run it as often as you like: what is
    there stays as it is.

    Example: foldline topics create
    """
    around = surroundings(path)
    with closing(_log_of(around)) as log:
        declared = [topic.spec.name for topic in around.topology.topics.values()]
        missing = set(declared) - set(log.describe(declared))
        if not dry_run:
            create_topics(log, around.topology.topics.values(), around.settings)
        rows = topic_rows(log, around.topology, around.settings)
    made = "would be created" if dry_run else "created"
    output.rows([{**row, "state": made if row["name"] in missing else row["state"]} for row in rows], COLUMNS)
    check_rows([row for row in rows if row["state"] != "missing"])


@topics.command("list")
@click.pass_obj
@prints
def list_topics(output: Output, path: Path) -> None:
    """List the topics, as they are on the log.

    Records are counted by their offsets, so that those which compaction took count too.

    Example: foldline topics list
    """
    around = surroundings(path)
    with closing(_log_of(around)) as log:
        output.rows(topic_rows(log, around.topology, around.settings), COLUMNS)


@topics.command()
@click.argument("topic", shell_complete=topic_names)
@click.pass_obj
@prints
def describe(output: Output, path: Path, topic: str) -> None:
    """Print one topic, with every setting in force.

    Example: foldline topics describe products
    """
    around = surroundings(path)
    with closing(_log_of(around)) as log:
        described = describe_topic(log, around.topology, topic)
    output.report(described, lambda: _described(described))


@topics.command()
@click.pass_obj
@prints
def check(output: Output, path: Path) -> None:
    """Hold the topics against topics.yaml.

    Where they differ it says how, and ends with 7.

    Example: foldline topics check
    """
    around = surroundings(path)
    with closing(_log_of(around)) as log:
        rows = topic_rows(log, around.topology, around.settings)
    output.rows(rows, COLUMNS)
    check_rows(rows)


@topics.command()
@click.argument("topic", shell_complete=topic_names)
@click.option(
    "--to", "url", metavar="LOG", help="Another log: sqlite:PATH or kafka://HOST:PORT,...  [default: the same]"
)
@click.option("--as", "name", metavar="NAME", help="The topic's name on it.  [default: the same]")
@click.option(
    "--append", is_flag=True, help="Copy into a topic that holds records already: the events come after these."
)
@click.pass_obj
@changes
@prints
def copy(output: Output, change: Changes, path: Path, topic: str, **asked: Unpack[_Copy]) -> None:
    """Copy what counts of a topic to another.

    On another log or the same; it is created if it is missing. Copied is every event of TOPIC that was accepted, in
    order, with its headers and its time. Records that lost, repairs and dead letters stay behind, and so do the
    headers `follows` and `repairs`, for offsets do not survive a copy. State on the other side has the same values;
    ETags and positions are others. Idempotency keys count anew.

    What is written to TOPIC meanwhile is not copied: stop its services first. A copy that was cut short is made
    whole by copying again with --append: the same events are written once more, and the state comes out the same.

    The other log's settings are FOLDLINE_CLI_TO_KAFKA_...: FOLDLINE_CLI_TO_KAFKA_SASL_PASSWORD, for example.

    Example: foldline topics copy products --to kafka://other:9092
    """
    around = surroundings(path)
    url = asked["url"] or around.settings.log
    with (
        closing(open_existing(around.settings)) as log,
        closing(open_target(url, around.settings, os.environ)) as other,
    ):
        source = source_of(log, find_topic(log, around.topology, topic))
        target = target_of(other, around.topology, source.topic.name, asked["name"] or source.topic.name)
        target.check_is_not(source.topic)
        target.check(append=asked["append"])
        if change.agreed(f"copy {source.topic.name} to {target.name} on {url}"):
            target.create(around.settings)
            with output.progress(source.steps, "copying") as told:
                copied = copy_events(source, target, told)
            output.item(copied)


def _described(topic: Row) -> Iterable[str]:
    facts = {name: value for name, value in topic.items() if name not in {"offsets", "config"}}
    for rows in (
        [facts],
        topic["offsets"],
        [{"setting": name, "value": value} for name, value in topic["config"].items()],
    ):
        yield from [*headed(text_table(rows, width=terminal_width())), ""]


def _log_of(around: Surroundings) -> Log:
    return open_log(around.settings.log, around.settings.kafka, "foldline.cli")
