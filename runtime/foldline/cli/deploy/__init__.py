"""`foldline deploy`."""

import click

from foldline.cli.deploy.acls import acls
from foldline.cli.deploy.check import check
from foldline.cli.deploy.render import render


@click.group()
def deploy() -> None:
    """Write what runs the services elsewhere, and check it.

    Example: foldline deploy render compose
    """


deploy.add_command(render)
deploy.add_command(check)
deploy.add_command(acls)
