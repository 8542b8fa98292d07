"""`foldline version`."""

import click

from foldline.admin.checks.versions import versions
from foldline.cli.output import Output, prints


@click.command()
@prints
def version(output: Output) -> None:
    """Print the versions of Foldline and of what it runs on.

    Example: foldline version -o json
    """
    output.item(versions())
