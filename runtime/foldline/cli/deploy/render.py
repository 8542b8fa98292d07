"""`foldline deploy render`."""

from collections.abc import Mapping
from pathlib import Path

import click

from foldline.cli.application import surroundings
from foldline.deploy.kubernetes import render_kubernetes
from foldline.deploy.model import deployment_of
from foldline.deploy.targets import TARGETS, compare, write


@click.command()
@click.argument("target", type=click.Choice(sorted(TARGETS)))
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write the files into this folder, rather than to standard output.",
)
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit 7 where the files are not up to date.")
@click.option("--strimzi", is_flag=True, help="For kubernetes: with a Kafka cluster by Strimzi, and its users.")
@click.pass_obj
def render(path: Path, target: str, folder: Path | None, only_check: bool, strimzi: bool) -> None:
    """Write the files that run all services on TARGET, from topics.yaml.

    Example: foldline deploy render compose -o .
    """
    around = surroundings(path)
    if strimzi and target != "kubernetes":
        raise click.UsageError("--strimzi is for kubernetes.")
    deployment = deployment_of(around.topology, around.load_all())
    files = render_kubernetes(deployment, strimzi=True) if strimzi else TARGETS[target](deployment)
    if only_check:
        compare(files, folder or around.folder)
    elif folder is not None:
        for written in write(files, folder):
            click.echo(written)
    else:
        click.echo("\n".join(_named(files)), nl=False)


def _named(files: Mapping[str, str]) -> list[str]:
    """The texts; where there are several, each with its name above it."""
    return [*files.values()] if len(files) == 1 else [f"# --- {name}\n{text}" for name, text in files.items()]
