"""The command line: a thin shell over functions that can be called without it."""

import sys
from pathlib import Path

import click

from foldline.cli.check import check
from foldline.cli.serve import serve
from foldline.cli.topics import topics
from foldline.errors import FoldlineError


class _Group(click.Group):
    """Shows our own errors as one plain message, and exits with their code."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except FoldlineError as error:
            click.echo(error.message, err=True)
            sys.exit(error.exit_code)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="foldline", message="%(version)s")
@click.option(
    "-f",
    "--file",
    "path",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("topics.yaml"),
    envvar="FOLDLINE_FILE",
    show_default=True,
    show_envvar=True,
    help="Which topics there are, and which service runs which functions.",
)
@click.pass_context
def main(ctx: click.Context, path: Path) -> None:
    """Event-sourced services made of small functions over a Kafka log.

    Run it in the application's folder, where topics.yaml and functions/ are.
    """
    ctx.obj = path


main.add_command(serve)
main.add_command(check)
main.add_command(topics)
