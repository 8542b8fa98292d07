"""`foldline events tail`, `get` and `search`."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path
from typing import TypedDict, TypeVar, Unpack

import click

from foldline.admin.filters import parse_filter
from foldline.admin.logs import find_topic, find_topics, open_existing, size_of
from foldline.admin.looking import Look, row_at
from foldline.admin.starts import parse_start
from foldline.cli.application import surroundings
from foldline.cli.complete import topic_names
from foldline.cli.events.lines import line_by, line_of, lines_of
from foldline.cli.output import Output, prints
from foldline.event import Position
from foldline.table import Row

R = TypeVar("R")

_LAST = 10


class _Tail(TypedDict):
    start: str | None
    count: int | None
    following: bool
    filters: tuple[str, ...]
    template: str | None


class _Search(TypedDict):
    start: str
    count: int | None
    filters: tuple[str, ...]
    template: str | None


def _selects(verb: Callable[..., R]) -> Callable[..., R]:
    """The options that say which records are shown, and how."""
    verb = click.option(
        "--format", "template", metavar="TEMPLATE", help="A line of your own: '{time} {id} costs {price}'."
    )(verb)
    return click.option(
        "--filter",
        "filters",
        metavar="CONDITION",
        multiple=True,
        help="Only those that match: price>2, name~butter, type=products.create, id!=p1. More than once: all of them.",
    )(verb)


@click.command()
@click.argument("topics", shell_complete=topic_names, nargs=-1, metavar="[TOPIC]...")
@click.option("--from", "start", metavar="START", help="beginning, end, an offset, -1h (s, m, h, d, w), or a time.")
@click.option(
    "-n", "--number", "count", metavar="N", type=click.IntRange(0), help=f"The last N first.  [default: {_LAST}]"
)
@click.option("--follow/--no-follow", "following", default=True, help="Go on as records come.  [default: follow]")
@_selects
@click.pass_obj
@prints
def tail(output: Output, path: Path, topics: tuple[str, ...], **asked: Unpack[_Tail]) -> None:
    """Print the last records, and go on as they come.

    Of the topics named, or of all in topics.yaml, until Ctrl-C. Records are shown as they lie on the log, whether or
    not they count; `foldline entity history` tells.

    A condition is FIELD, one of = != > >= < <= ~ (contains), and a value. Fields are id, type, event, time, position,
    headers.NAME, and those of the payload (address.city; payload.id, where a name means both).

    Example: foldline events tail products --from -1h --filter 'price>2'
    """
    if asked["start"] is not None and asked["count"] is not None:
        raise click.UsageError("Say either --from or -n.")
    with _looking(path, topics, asked["filters"]) as look:
        if asked["start"] is None:
            ranges = look.ranges()
            past = look.last(ranges, _LAST if asked["count"] is None else asked["count"])
        else:
            ranges = look.since(_start(asked["start"]))
            past = look.within(ranges)
        live = look.live({partition: bounds.end for partition, bounds in ranges.items()})
        _show(output, look, chain(past, live if asked["following"] else ()), asked["template"])


@click.command()
@click.argument("position")
@click.pass_obj
@prints
def get(output: Output, path: Path, position: str) -> None:
    """Print one record, with its headers.

    Example: foldline events get eventbus.products-0@42
    """
    around = surroundings(path)
    at = Position.parse(position)
    with closing(open_existing(around.settings)) as log:
        topic = find_topic(log, around.topology, at.topic)
        row = row_at(log, topic, at._replace(topic=topic.name))
    output.report(row, lambda: lines_of(row))


@click.command()
@click.argument("topics", shell_complete=topic_names, nargs=-1, required=True, metavar="TOPIC...")
@click.option("--from", "start", metavar="START", default="beginning", show_default=True, help="As in `events tail`.")
@click.option("-n", "--number", "count", metavar="N", type=click.IntRange(1), help="N at most.")
@_selects
@click.pass_obj
@prints
def search(output: Output, path: Path, topics: tuple[str, ...], **asked: Unpack[_Search]) -> None:
    """Print all records that match.

    Up to the present end of the topics. Conditions are those of `foldline events tail`. Numbers are compared as
    numbers, all else as text; a record without the field matches != only.

    Example: foldline events search products --filter 'name~butter' --filter 'price>=2'
    """
    with _looking(path, topics, asked["filters"]) as look:
        ranges = look.since(_start(asked["start"]))
        with output.progress(size_of(ranges), "searching", beside_data=True) as told:
            _show(output, look, islice(look.within(ranges, told), asked["count"]), asked["template"])


@contextmanager
def _looking(path: Path, topics: Sequence[str], filters: Iterable[str]) -> Iterator[Look]:
    around = surroundings(path)
    conditions = [parse_filter(text) for text in filters]
    with closing(open_existing(around.settings)) as log:
        yield Look(log, find_topics(log, around.topology, topics), conditions)


def _start(text: str) -> int | datetime:
    return parse_start(text, datetime.now(UTC))


def _show(output: Output, look: Look, rows: Iterable[Row], template: str | None) -> None:
    if template is None:
        output.stream(rows, line_of(max(len(topic.name) for topic in look.topics)))
    else:
        output.lines(rows, line_by(template))
