"""`foldline status`."""

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import click

from foldline.admin.same_log import REMEDY
from foldline.admin.services import Services
from foldline.admin.status import Overview, Overviews
from foldline.admin.topics import COLUMNS
from foldline.cli.application import surroundings
from foldline.cli.output import Output, prints
from foldline.cli.screen import keep_drawing
from foldline.cli.terminal import headed, terminal_width, wrapped
from foldline.errors import ConnectionFailed, TopicMismatch
from foldline.table import Row, harmless, text_table


@click.command()
@click.option("-w", "--watch", is_flag=True, help="Look again each second, until Ctrl-C.")
@click.pass_context
@prints
def status(output: Output, ctx: click.Context, watch: bool) -> None:
    """Show how every service and every topic is now.

    BEHIND counts what the log holds and a service has not folded yet, LAG the seconds since it was last seen at the
    log's end. What DEAD and PARKED count, `foldline dead-letters list` lists.

    It exits with 6 where a service is down or not ready or the log does not answer, and with 7 where a topic is not as
    topics.yaml declares it, or a service uses another log than the one that is looked at.

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
    services = text_table([_service_row(service) for service in overview["services"]], width=width)
    topics = text_table(overview["topics"], COLUMNS, width)
    parts = [[f"{click.style('log', bold=True)}  {overview['log']}"], headed(services), headed(topics)]
    if troubles := [*_troubles(overview)]:
        parts.append([click.style(line, fg="red") for trouble in troubles for line in wrapped(harmless(trouble))])
    return [line for part in parts if part for line in (*part, "")][:-1]


def _troubles(overview: Row) -> Iterator[str]:
    if overview["log_trouble"]:
        yield overview["log_trouble"]
    if others := [service["service"] for service in overview["services"] if service["on_another_log"]]:
        yield f"on another log than {overview['log']}: {', '.join(others)}; {REMEDY}"
    for service in overview["services"]:
        if service["why"]:
            yield (
                service["why"] if service["state"] == "down" else f"{service['service']} is not ready: {service['why']}"
            )
    for topic in overview["topics"]:
        yield from topic["problems"]


def _service_row(service: Row) -> Row:
    """What fits on a line of 80; the address stands last, since it may be cut."""
    return {
        "service": service["service"],
        "state": service["state"],
        "lag": None if service["lag_seconds"] is None else round(service["lag_seconds"], 1),
        "behind": service["behind"],
        "entities": service["entities"],
        "dead": service["dead_letters"],
        "parked": service["parked"],
        "url": service["url"],
    }
