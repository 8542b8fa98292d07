"""`foldline topics`."""

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from foldline.cli.application import Surroundings, surroundings
from foldline.errors import NotFound, TopicMismatch
from foldline.log.open import open_log
from foldline.log.port import Log, TopicInfo
from foldline.nearest import nearest
from foldline.topics import create_topics, topic_problems


@click.group()
def topics() -> None:
    """Look after the topics on the log that FOLDLINE_LOG or KAFKA_BROKERS names.

    Example: KAFKA_BROKERS=127.0.0.1:9092 foldline topics create
    """


@topics.command()
@click.pass_obj
def create(path: Path) -> None:
    """Create the topics that are missing, and report what is otherwise than declared. Run it as often as you like."""
    around = surroundings(path)
    with closing(_log_of(around)) as log:
        created = set(create_topics(log, around.topology.topics.values(), around.settings))
        infos = log.describe([topic.spec.name for topic in around.topology.topics.values()])
        problems = [
            problem
            for topic in around.topology.topics.values()
            for problem in topic_problems(topic.spec, infos, around.settings)
        ]
    for name in infos:
        click.echo(f"{name}  {'created' if name in created else 'is there'}")
    if problems:
        raise TopicMismatch(*problems)


@topics.command("list")
@click.pass_obj
def list_topics(path: Path) -> None:
    """List the declared topics, and how they are on the log."""
    around = surroundings(path)
    with closing(_log_of(around)) as log:
        infos = log.describe([topic.spec.name for topic in around.topology.topics.values()])
    for topic in around.topology.topics.values():
        info = infos.get(topic.spec.name)
        state = "missing" if info is None else f"{info.partitions} partitions, replication {info.replication}"
        click.echo(f"{topic.name:16} {topic.spec.name:32} {state}")


@topics.command()
@click.argument("topic")
@click.pass_obj
def describe(path: Path, topic: str) -> None:
    """Print one topic as it is on the log, as JSON."""
    around = surroundings(path)
    declared = around.topology.topics.get(topic)
    if declared is None:
        raise NotFound(f"topics.yaml has no topic {topic}{nearest(topic, around.topology.topics)}")
    with closing(_log_of(around)) as log:
        info = log.describe([declared.spec.name]).get(declared.spec.name)
    if info is None:
        raise NotFound(f"{declared.spec.name} is not on the log; `foldline topics create` makes what is missing")
    click.echo(json.dumps(_described(info), indent=2))


def _described(info: TopicInfo) -> dict[str, Any]:
    return {
        "name": info.name,
        "identity": info.identity,
        "partitions": info.partitions,
        "replication": info.replication,
        "config": dict(sorted(info.config.items())),
    }


def _log_of(around: Surroundings) -> Log:
    return open_log(around.settings.log, around.settings.kafka, "foldline.cli")
