"""`foldline check`."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

import click

from foldline.admin.catalogue import functions_of, row_of
from foldline.cli.application import surroundings
from foldline.cli.output import Output, prints
from foldline.functions.application import Application


@click.command()
@click.pass_obj
@prints
def check(output: Output, path: Path) -> None:
    """Load and check everything, and print what each service has.

    It exits with 7 where anything is wrong, and tells all of it at once.

    Example: foldline check
    """
    applications = surroundings(path).load_all()
    rows = [asdict(row_of(found)) for application in applications.values() for found in functions_of(application)]
    output.report(rows, lambda: _lines(applications))


def _lines(applications: Mapping[str, Application]) -> Iterator[str]:
    for application in applications.values():
        yield from lines_of(application)


def lines_of(application: Application) -> list[str]:
    """A service's address, topics and functions, a line each."""
    service = application.service
    rows = [("topic", topic.declared.spec.name, "") for topic in application.topics.values()]
    rows += [("command", c.name, f"{c.route.method:6} {c.route.path}") for c in application.commands]
    rows += [("query", q.name, f"{q.route.method:6} {q.route.path}") for q in application.queries]
    rows += [("projector", p.name, ", ".join(p.table_names)) for p in application.projectors]
    if service.web is not None:
        rows.append(("page", service.web, "/"))
    width = max((len(name) for kind, name, _ in rows if kind != "topic"), default=0)
    lines = [f"  {kind:9}  {name:{width}}  {what}".rstrip() for kind, name, what in rows]
    return [click.style(f"{service.name}  {service.url}", bold=True), *lines]
