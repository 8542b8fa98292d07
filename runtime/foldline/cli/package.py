"""`foldline package`."""

from importlib.metadata import version
from pathlib import Path

import click

from foldline.cli.application import surroundings
from foldline.deploy.docker import build
from foldline.deploy.package import context
from foldline.deploy.selection import choose, narrowed, only
from foldline.functions.loading import load
from foldline.topology.document import read_document


@click.command()
@click.argument("service")
@click.option("--functions", metavar="NAME,...", help="Only these of the service's functions, and no page.")
@click.option("--base", help="The image of Foldline alone, which it is put on.  [default: foldline:VERSION]")
@click.option("--tag", help="The image's name.  [default: IMAGE-SERVICE, of `deploy: image:` in topics.yaml]")
@click.pass_obj
def package(path: Path, service: str, functions: str | None, base: str | None, tag: str | None) -> None:
    """Build an image of SERVICE alone.

    It takes its functions and what they import, the SQL of projectors, other files beside them, and topics.yaml without
    the other services. An image of all services needs no packaging: see the Dockerfile.

    Example: foldline package products --functions products.browse,products.retrieve
    """
    around = surroundings(path)
    application = around.load(service)
    kept = None if functions is None else choose(application, [name.strip() for name in functions.split(",")])
    topology = narrowed(around.topology, service, kept)
    made = context(
        around.folder,
        only(read_document(path).data or {}, service, kept),
        load(topology, service, around.folder),
        base or f"foldline:{version('foldline')}",
    )
    tag = tag or f"{topology.deploy.image}-{service}"
    build(made, tag, {"FOLDLINE_ALLOW": ",".join(sorted(around.settings.allow))})
    click.echo(tag)
