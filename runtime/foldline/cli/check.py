"""`foldline check`."""

from pathlib import Path

import click

from foldline.cli.application import surroundings
from foldline.functions.application import Application


@click.command()
@click.pass_obj
def check(path: Path) -> None:
    """Load and check everything, and print what each service has.

    Example: foldline check
    """
    for application in surroundings(path).load_all().values():
        click.echo("\n".join(describe(application)))


def describe(application: Application) -> list[str]:
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
    return [click.style(f"{service.name}  http://127.0.0.1:{service.port}", bold=True), *lines]
