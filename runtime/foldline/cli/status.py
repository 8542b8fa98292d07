"""`foldline status`."""

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import click

from foldline.admin.services import Services
from foldline.admin.status import Overview, Overviews
from foldline.cli.application import surroundings
from foldline.cli.output import Output, headed, prints, terminal_width
from foldline.cli.screen import keep_drawing
from foldline.errors import ConnectionFailed, TopicMismatch
from foldline.table import Row, text_table

_SERVICE_COLUMNS = (
    "service",
    "url",
    "state",
    "lag_seconds",
    "behind",
    "entities",
    "repairs",
    "dead_letters",
    "parked",
)
_TOPIC_COLUMNS = ("topic", "name", "partitions", "records", "state")


@click.command()
@click.option("-w", "--watch", is_flag=True, help="Look again each second, until Ctrl-C.")
@click.pass_context
@prints
def status(output: Output, ctx: click.Context, watch: bool) -> None:
    """Show how every service and every topic is now.

    BEHIND counts what the log holds and a service has not folded yet, LAG SECONDS the time since it was last seen at
    the log's end.

    It exits with 6 where a service is down or not ready or the log does not answer, and with 7 where a topic is not as
    topics.yaml declares it.

    Example: foldline status --watch
    """
    path: Path = ctx.obj
    around = surroundings(path)
    with (
        closing(Services.of(around.topology, around.settings)) as services,
        closing(Overviews(around.topology, around.settings, services)) as overviews,
    ):
        if watch and output.is_drawn:
            keep_drawing(lambda: _lines(asdict(overviews.look())))
        if watch:
            output.stream(_each_second(overviews), lambda row: "\n".join([*_lines(row), ""]))
        overview = overviews.look()
        data = asdict(overview)
        output.report(data, lambda: _lines(data))
    ctx.exit(_exit_code(overview))


def _each_second(overviews: Overviews) -> Iterator[Row]:
    while True:
        yield asdict(overviews.look())
        time.sleep(1)


def _exit_code(overview: Overview) -> int:
    if not overview.available:
        return ConnectionFailed.exit_code
    return 0 if overview.as_declared else TopicMismatch.exit_code


def _lines(overview: Row) -> list[str]:
    width = terminal_width()
    services = text_table(overview["services"], _SERVICE_COLUMNS, width)
    topics = text_table(overview["topics"], _TOPIC_COLUMNS, width)
    troubles = [service["why"] for service in overview["services"] if service["why"]]
    if overview["log_trouble"]:
        troubles.insert(0, overview["log_trouble"])
    said = ["", *(click.style(trouble, fg="red") for trouble in troubles)] if troubles else []
    return [f"{click.style('log', bold=True)}  {overview['log']}", "", *headed(services), "", *headed(topics), *said]
