"""`foldline deploy check`."""

import os
from pathlib import Path

import click

from foldline.deploy.kontena import KontenaError, check_kontena


@click.group()
def check() -> None:
    """Check what was written for another system.

    Example: foldline deploy check kontena
    """


@check.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), default=Path("kontena.yml"))
@click.option("-v", "--value", "values", multiple=True, metavar="NAME=VALUE", help="A variable's value.")
def kontena(file: Path, values: tuple[str, ...]) -> None:
    """Check FILE as Kontena itself would.

    It exits with 7 where Kontena's command line or server would complain.

    Example: foldline deploy check kontena -v num_nodes=3
    """
    pairs = [value.partition("=") for value in values]
    if wrong := [name for name, equals, _ in pairs if not equals]:
        raise click.BadParameter(f"{wrong[0]}: it is NAME=VALUE", param_hint="-v")
    report = check_kontena(file, {name: value for name, _, value in pairs}, os.environ)
    for remark in report.remarks:
        click.echo(remark, err=True)
    if report.problems:
        raise KontenaError(*report.problems)
    click.echo(f"{file}: nothing is wrong")
