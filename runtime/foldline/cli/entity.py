"""`foldline entity`."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import TypedDict, Unpack

import click

from foldline.admin.entities import TopicReading
from foldline.admin.logs import find_topic, open_existing, size_of
from foldline.cli.application import surroundings
from foldline.cli.complete import topic_names
from foldline.cli.output import Output, prints
from foldline.event import Position

_COLUMNS = ("position", "time", "type", "removed", "entity")
_at = click.option("--at", metavar="POSITION", help="As the log was when it had come so far: eventbus.products-0@42.")


class _History(TypedDict):
    at: str | None
    every: bool
    count: int | None


class _TakesId(click.Command):
    """A verb that is given an ID: any key that is on the log, so it may look like an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            if error.possibilities:
                raise
            ctx.fail(f"{error.format_message()} An ID that begins with a dash comes last, after --, as in: -- -x1")


@click.group()
def entity() -> None:
    """Look at entities as the log has them; no service need run.

    They are folded by the rule by which every service folds them, and brought up to date by the topic's upcast.

    Example: foldline entity get products c0FX8Kc8AXhsNzJ0JrsNgQ
    """


@entity.command(cls=_TakesId)
@click.argument("topic", shell_complete=topic_names)
@click.argument("id")
@_at
@click.pass_obj
@prints
def get(output: Output, path: Path, topic: str, id: str, at: str | None) -> None:
    """Print one entity, as it is or as it was.

    Example: foldline entity get products c0FX8Kc8AXhsNzJ0JrsNgQ --at eventbus.products-2@0
    """
    with _reading(path, topic) as reading:
        ranges = reading.where(id, _position(at))
        with output.progress(size_of(ranges), "folding") as told:
            found = reading.entity(id, ranges, told)
    output.item(found.entity)
    event = found.event
    output.note(f"last changed at {event['position']}, {event['time']}, by {event['type'] or 'another producer'}")


@entity.command(cls=_TakesId)
@click.argument("topic", shell_complete=topic_names)
@click.argument("id")
@_at
@click.option("-a", "--all", "every", is_flag=True, help="Show every record: those that lost, repairs, dead letters.")
@click.option("-n", "--number", "count", metavar="N", type=click.IntRange(1), help="The newest N only.")
@click.pass_obj
@prints
def history(output: Output, path: Path, topic: str, id: str, **asked: Unpack[_History]) -> None:
    """Print what happened to one entity.

    Newest first, and as far as the log still holds it.

    Example: foldline entity history products c0FX8Kc8AXhsNzJ0JrsNgQ --all
    """
    with _reading(path, topic) as reading:
        ranges = reading.where(id, _position(asked["at"]))
        with output.progress(size_of(ranges), "folding") as told:
            events = reading.history(id, ranges, told)
    columns = (*_COLUMNS, "outcome", "reason") if asked["every"] else _COLUMNS
    shown = [event for event in reversed(events) if asked["every"] or event["outcome"] == "accepted"]
    output.rows([{name: event[name] for name in columns} for event in shown[: asked["count"]]])


@entity.command("list")
@click.argument("topic", shell_complete=topic_names)
@click.option("-n", "--number", "count", metavar="N", type=click.IntRange(1), help="N entities only.")
@click.pass_obj
@prints
def list_entities(output: Output, path: Path, topic: str, count: int | None) -> None:
    """Print the entities of a topic.

    Partition by partition, in the order in which they were changed last. Those that this version cannot read are
    left out.

    Example: foldline entity list products -n 20
    """
    with _reading(path, topic) as reading:
        ranges = reading.whole()
        with output.progress(2 * size_of(ranges), "folding", beside_data=True) as told:
            output.long(islice(reading.entities(ranges, told), count))


def _position(at: str | None) -> Position | None:
    return None if at is None else Position.parse(at)


@contextmanager
def _reading(path: Path, topic: str) -> Iterator[TopicReading]:
    around = surroundings(path)
    code = around.load_topic(topic)
    with closing(open_existing(around.settings)) as log:
        yield TopicReading(log, find_topic(log, around.topology, topic), code)
